"""What LocalStack's API Gateway responds, without a server and without a network."""

import json
import logging
import os

# Before LocalStack is imported: it reports nothing to anyone, and downloads nothing.
os.environ.update(DISABLE_EVENTS="1", SKIP_SSL_CERT_DOWNLOAD="1", LS_LOG="error")

from localstack.http import Request as HttpRequest  # noqa: E402
from localstack.services.apigateway.models import RestApiContainer, apigateway_stores  # noqa: E402
from localstack.services.apigateway.next_gen.execute_api import handlers  # noqa: E402
from localstack.services.apigateway.next_gen.execute_api.gateway import RestApiGateway  # noqa: E402
from localstack.services.apigateway.next_gen.execute_api.gateway_response import build_gateway_response  # noqa: E402
from localstack.services.apigateway.next_gen.execute_api.helpers import freeze_rest_api  # noqa: E402
from localstack.services.apigateway.next_gen.execute_api.router import ApiGatewayEndpoint  # noqa: E402
from moto.apigateway.models import apigateway_backends  # noqa: E402

ACCOUNT, REGION = "000000000000", "us-east-1"
logging.getLogger("localstack").setLevel(logging.CRITICAL)


def endpoint(checks_keys):
    """LocalStack's, up to where it would call an integration."""
    gateway = RestApiGateway()
    end = gateway.request_handlers.index(handlers.method_request_handler)
    del gateway.request_handlers[end + 1:]
    if not checks_keys:
        gateway.request_handlers.remove(handlers.api_key_validation_handler)
    gateway.response_handlers.clear()
    return ApiGatewayEndpoint(rest_gateway=gateway)


class Deployed:
    """The API of a template, deployed as LocalStack does it. Only one is at a time."""

    endpoints = {checks_keys: endpoint(checks_keys) for checks_keys in (True, False)}

    def __init__(self, template):
        self.resources = template["Resources"]
        apigateway_backends.reset()
        apigateway_stores.reset()
        self.backend = apigateway_backends[ACCOUNT][REGION]
        self.api = self.backend.create_rest_api("api", "", api_key_source="HEADER")
        self.container = RestApiContainer(rest_api=self.api.to_dict())
        # What a reference to a resource of the template comes to.
        self.ids = {"Api": self.api.id}
        for id, resource in self.resources.items():
            create = getattr(self, resource["Type"].replace("AWS::ApiGateway::", "").lower(), None)
            if create:
                self.ids[id] = create(resource["Properties"])
        frozen = freeze_rest_api(ACCOUNT, REGION, self.api, self.container)
        store = apigateway_stores[ACCOUNT][REGION]
        store.internal_deployments.setdefault(self.api.id, {})["deployment"] = frozen

    def id(self, value):
        if "Fn::GetAtt" in value:
            return self.api.default.id
        return self.ids[value["Ref"]]

    def resource(self, properties):
        parent = self.id(properties["ParentId"])
        return self.backend.create_resource(self.api.id, parent, properties["PathPart"]).id

    def requestvalidator(self, properties):
        self.container.validators["validator"] = {
            "validateRequestBody": False, "validateRequestParameters": properties["ValidateRequestParameters"],
        }
        return "validator"

    def method(self, properties):
        of = (self.api.id, self.id(properties["ResourceId"]), properties["HttpMethod"])
        self.backend.put_method(
            *of, properties["AuthorizationType"], api_key_required=properties.get("ApiKeyRequired", False),
            request_parameters=properties.get("RequestParameters"),
            request_validator_id=self.id(properties["RequestValidatorId"]) if "RequestValidatorId" in properties else None,
        )

    def gatewayresponse(self, properties):
        kind = properties["ResponseType"]
        self.container.gateway_responses[kind] = build_gateway_response(
            kind, status_code=properties.get("StatusCode"), response_templates=properties.get("ResponseTemplates"),
            default_response=False,
        )

    def deployment(self, _):
        # It is made when everything else is there, as `DependsOn` has it for the methods.
        return "deployment"

    def stage(self, properties):
        name = properties["StageName"]
        self.api.create_stage(name, "deployment", {}, "", False, None, None, False)
        store = apigateway_stores[ACCOUNT][REGION]
        store.active_deployments.setdefault(self.api.id, {})[name] = "deployment"

    def apikey(self, properties):
        return self.backend.create_api_key({"value": properties["Value"], "enabled": properties["Enabled"]}).id

    def usageplan(self, properties):
        stages = [{"apiId": self.id(entry["ApiId"]), "stage": entry["Stage"]} for entry in properties["ApiStages"]]
        return self.backend.create_usage_plan({"name": "plan", "apiStages": stages}).id

    def usageplankey(self, properties):
        key = {"keyId": self.id(properties["KeyId"]), "keyType": properties["KeyType"]}
        return self.backend.create_usage_plan_key(self.id(properties["UsagePlanId"]), key).id

    def outcome(self, request, checks_keys=True):
        """The method that would handle the request as it arrives, or the response that it gets instead."""
        endpoint = self.endpoints[checks_keys]
        stage = request.path.split("/")[1]
        made = HttpRequest(
            request.method, request.path, headers=request.headers, query_string=request.query, raw_path=request.path,
        )
        if not endpoint.is_rest_api(self.api.id, stage):
            response = endpoint.create_not_found_response(self.api.id)
            return {"type": None, "status": response.status_code, "body": json.loads(response.data)}
        context, response = endpoint.prepare_rest_api_invocation(made, self.api.id, stage)
        endpoint.rest_gateway.process_with_context(context, response)
        error = (context.context_variables or {}).get("error")
        if error:
            return {"type": str(error["responseType"]), "status": response.status_code, "body": json.loads(response.data)}
        if not context.resource_method:
            raise RuntimeError(f"LocalStack failed: {response.data!r}")
        return {"route": f"{context.resource_method['httpMethod']} {context.resource['path']}"}
