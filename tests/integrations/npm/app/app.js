const { App, Stack, Validations } = require('aws-cdk-lib');
const { EndpointType, HttpIntegration, RestApi } = require('aws-cdk-lib/aws-apigateway');
const { CachePolicy, Distribution, OriginRequestPolicy, ViewerProtocolPolicy } = require('aws-cdk-lib/aws-cloudfront');
const { RestApiOrigin } = require('aws-cdk-lib/aws-cloudfront-origins');
const { CflintValidator } = require('@cflint/cdk');

const app = new App();
const edge = new Stack(app, 'Edge');
const api = new RestApi(edge, 'Api', { cloudWatchRole: false, endpointTypes: [EndpointType.REGIONAL] });
api.root.addResource('users').addMethod('GET', new HttpIntegration('https://users.example.com'));
new Distribution(edge, 'Pages', {
  defaultBehavior: {
    origin: new RestApiOrigin(api),
    cachePolicy: CachePolicy.CACHING_DISABLED,
    originRequestPolicy: OriginRequestPolicy.ALL_VIEWER,
    viewerProtocolPolicy: ViewerProtocolPolicy.ALLOW_ALL,
  },
});
Validations.of(app).addPlugins(new CflintValidator());
