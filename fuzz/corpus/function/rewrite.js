import cf from 'cloudfront';
async function handler(event) {
  var request = event.request;
  var h = request.headers;
  request.uri = request.uri.replace(/^\/api/, '');
  if (request.uri === '/old') { return { statusCode: 301, headers: { location: { value: '/new' } } }; }
  request.querystring = request.rawQueryString();
  h['x-a'] = { value: h.host.value };
  delete request.cookies.a;
  try { request.uri = await cf.kvs().get('k'); } catch (e) { console.log(e); }
  cf.updateRequestOrigin({ domainName: 'a.example.com', hostHeader: 'b.example.com' });
  return request;
}
=====
GET
/api/users?a=1&a=2
Host: www.example.com
Cookie: a=1; b=2
