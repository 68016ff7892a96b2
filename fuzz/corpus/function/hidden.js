var k = 'uri'; var { request } = event; request[k] += '/x'; Object.assign(event.request, { uri: '/y' }); for (var n of [1]) {} (r => { r.uri = '/z' })(request); return request;
