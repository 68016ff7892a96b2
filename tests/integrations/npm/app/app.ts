import { App, NestedStack, Stack, Stage, Validations } from 'aws-cdk-lib';
import { EndpointType, HttpIntegration, RestApi } from 'aws-cdk-lib/aws-apigateway';
import { CachePolicy, Distribution, OriginRequestPolicy, ViewerProtocolPolicy } from 'aws-cdk-lib/aws-cloudfront';
import { RestApiOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import { Construct } from 'constructs';
import { CflintValidator, type CflintValidatorProps } from '@cflint/cdk';

class Site extends NestedStack {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    const api = new RestApi(this, 'Api', { cloudWatchRole: false, endpointTypes: [EndpointType.REGIONAL] });
    api.root.addResource('users').addMethod('GET', new HttpIntegration('https://users.example.com'));
    new Distribution(this, 'Pages', {
      defaultBehavior: {
        origin: new RestApiOrigin(api),
        cachePolicy: CachePolicy.CACHING_DISABLED,
        originRequestPolicy: OriginRequestPolicy.ALL_VIEWER,
        viewerProtocolPolicy: ViewerProtocolPolicy.ALLOW_ALL,
      },
    });
  }
}

class Edge extends Stack {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    new Site(this, 'Site');
  }
}

const props: CflintValidatorProps = { minConfidence: 'likely', config: false, onFailure: 'error' };
// @ts-expect-error: the types are those of the package, and not `any`.
export const wrong: CflintValidatorProps = { minConfidence: 'sure' };
const app = new App();
new Edge(new Stage(app, 'Prod'), 'Edge');
Validations.of(app).addPlugins(new CflintValidator(props));
