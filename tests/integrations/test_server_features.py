"""What the language server knows about a place: values, requests, names to complete, and where they are declared."""

import json

import pytest
from editor import EDGE, EDITORS, EXCEPT_HOST, INNER, PULLED, PUSHED, apply
from lsprotocol import types
from pygls.exceptions import JsonRpcException

OPTIMIZED = "658327ea-f89d-4fab-a63d-7e88639e58f6"
SECURITY_HEADERS = "67f7725c-6f97-4210-82d7-5512b31e9d03"
WITHOUT_STAGE = "            OriginPath: \n"

VALUES = f"""\
Description: Übung 😀
Parameters:
  Env: {{Type: String, Default: dev, AllowedValues: [dev, prod]}}
  Stage: {{Type: String, Default: live}}
  Policy: {{Type: String, Default: {OPTIMIZED}}} # 😀
Mappings:
  Names:
    dev: {{Name: one}}
    prod: {{Name: two}}
Conditions:
  IsProd: !Equals [!Ref Env, prod]
Resources:
  Api:
    Type: AWS::ApiGateway::RestApi
    Properties: {{Name: api}}
  Users:
    Type: AWS::ApiGateway::Resource
    Properties: {{RestApiId: !Ref Api, ParentId: !GetAtt Api.RootResourceId, PathPart: users}}
  Method:
    Type: AWS::ApiGateway::Method
    Properties:
      RestApiId: !Ref Api
      ResourceId: !Ref Users
      HttpMethod: GET
      AuthorizationType: NONE
      Integration: {{Type: MOCK}}
  Deployment:
    Type: AWS::ApiGateway::Deployment
    DependsOn: Method
    Properties: {{RestApiId: !Ref Api}}
  ApiStage:
    Type: AWS::ApiGateway::Stage
    Properties: {{RestApiId: !Ref Api, DeploymentId: !Ref Deployment, StageName: !Ref Stage}}
  Other:
    Type: AWS::ApiGatewayV2::Stage
    Properties: {{ApiId: !Ref OtherApi, StageName: beta}}
  OtherApi:
    Type: AWS::ApiGatewayV2::Api
    Properties: {{Name: other, ProtocolType: HTTP}}
  Forwarding:
    Type: AWS::CloudFront::OriginRequestPolicy
    Properties:
      OriginRequestPolicyConfig:
        Name: forwarding
        CookiesConfig: {{CookieBehavior: none}}
        QueryStringsConfig: {{QueryStringBehavior: none}}
        HeadersConfig:
          HeaderBehavior: whitelist
          Headers:
            - Accept
  Distribution:
    Type: AWS::CloudFront::Distribution
    Properties:
      DistributionConfig:
        Enabled: true
        Comment: !If [IsProd, é😀, !FindInMap [Names, !Ref Env, Name]]
        Origins:
          - Id: api
            DomainName: !Sub ${{Api}}.execute-api.${{AWS::Region}}.amazonaws.com
            OriginPath: !Sub /${{ApiStage}}
            CustomOriginConfig: {{OriginProtocolPolicy: https-only}}
            OriginCustomHeaders:
              - HeaderName: x-é
                HeaderValue: !ImportValue nothing
        CacheBehaviors:
          - PathPattern: /users
            TargetOriginId: api
            ViewerProtocolPolicy: https-only
            CachePolicyId: !Ref Policy
        DefaultCacheBehavior:
          TargetOriginId: api
          ViewerProtocolPolicy: redirect-to-https
          CachePolicyId: 4135ea2d-6df8-44a3-9df3-4b5a84be39ad
          ResponseHeadersPolicyId: {SECURITY_HEADERS}
"""

OUTER = """\
Resources:
  Inner:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: ./inner.yaml}
  App:
    Type: AWS::Serverless::Application
    Properties: {Location: inner.yaml}
Outputs:
  Dotted: {Value: !GetAtt Inner.Outputs.Domain}
  Listed: {Value: !GetAtt [Inner, Outputs.Domain]}
  Inside: {Value: !Sub "é${Inner.Outputs.Domain}"}
"""

SAM = """\
Transform: AWS::Serverless-2016-10-31
Conditions:
  Has: !Not [!Equals [!Ref AWS::Region, eu-west-1]]
Resources:
  Function:
    Type: AWS::Serverless::Function
    Properties:
      Handler: a.b
      Runtime: nodejs22.x
      InlineCode: x
      Events:
        Get: {Type: Api, Properties: {Path: /hello, Method: get}}
  Distribution:
    Type: AWS::CloudFront::Distribution
    Condition: Has
    Properties:
      DistributionConfig:
        Enabled: true
        Origins:
          - Id: a
            DomainName: !Sub ${ServerlessRestApi}.execute-api.${AWS::Region}.amazonaws.com
            OriginPath: /Prod
            CustomOriginConfig: {OriginProtocolPolicy: https-only}
          - Id: b
            DomainName: example.com
            CustomOriginConfig: {OriginProtocolPolicy: https-only}
        OriginGroups:
          Quantity: 1
          Items:
            - Id: both
              FailoverCriteria: {StatusCodes: {Items: [500], Quantity: 1}}
              Members: {Quantity: 2, Items: [{OriginId: a}, {OriginId: b}]}
        CacheBehaviors:
          - PathPattern: /hello
            TargetOriginId: both
            ViewerProtocolPolicy: https-only
            CachePolicyId: 4135ea2d-6df8-44a3-9df3-4b5a84be39ad
        DefaultCacheBehavior:
          TargetOriginId: b
          ViewerProtocolPolicy: https-only
          CachePolicyId: 4135ea2d-6df8-44a3-9df3-4b5a84be39ad
"""


def synthesized():
    """A template as the CDK writes it."""
    config = {
        "Enabled": True,
        "Comment": "é😀",
        "Origins": [
            {
                "Id": "origin",
                "DomainName": {"Fn::Join": ["", [{"Ref": "Api"}, ".execute-api.", {"Ref": "AWS::Region"}, ".amazonaws.com"]]},
                "OriginPath": "/v",
                "CustomOriginConfig": {"OriginProtocolPolicy": "https-only"},
            }
        ],
        "DefaultCacheBehavior": {
            "TargetOriginId": "origin",
            "ViewerProtocolPolicy": "https-only",
            "CachePolicyId": {"Ref": "Policy"},
            "OriginRequestPolicyId": "216adef6-5c7f-47e4-b989-5492eafa07d3",
        },
    }
    api, stage = {"Name": "a", "ProtocolType": "HTTP"}, {"ApiId": {"Ref": "Api"}, "StageName": "v1"}
    resources = {
        "Api": {"Type": "AWS::ApiGatewayV2::Api", "Properties": api, "Metadata": {"aws:cdk:path": "Stack/Api"}},
        "Stage": {"Type": "AWS::ApiGatewayV2::Stage", "Properties": stage},
        "Edge": {"Type": "AWS::CloudFront::Distribution", "Properties": {"DistributionConfig": config}},
    }
    parameters = {"Policy": {"Type": "String", "Default": OPTIMIZED}}
    return json.dumps({"Parameters": parameters, "Resources": resources}, indent=1, ensure_ascii=False)


class Reader:
    """Asks about the places of a document."""

    def __init__(self, it, name, text):
        self.it, self.name, self.text = it, name, text
        it.open(name, text)

    def replace(self, text):
        self.text = text
        self.it.replace(self.name, text)

    def at(self, marked):
        """The place of `|` in a part of the text that occurs once."""
        before, after = marked.split("|")
        assert self.text.count(before + after) == 1, marked
        offset = self.text.index(before + after) + len(before)
        line = self.text[:offset].rsplit("\n", 1)[-1]
        codec, width = {"utf-8": ("utf-8", 1), "utf-16": ("utf-16-le", 2), "utf-32": ("utf-32-le", 4)}[self.it.client.encoding]
        return types.Position(self.text[:offset].count("\n"), len(line.encode(codec)) // width)

    async def hover(self, marked):
        found = await self.it.client.text_document_hover_async(types.HoverParams(self.it.document(self.name), self.at(marked)))
        return found.contents.value if found else ""

    async def completion(self, marked):
        params = types.CompletionParams(self.it.document(self.name), self.at(marked))
        items = await self.it.client.text_document_completion_async(params)
        return {item.label: item.text_edit for item in items}

    async def definition(self, marked):
        """The file and the line that a name leads to."""
        params = types.DefinitionParams(self.it.document(self.name), self.at(marked))
        found = await self.it.client.text_document_definition_async(params)
        if not found:
            return None
        file = found.uri.rsplit("/", 1)[1]
        text = self.text if file == self.name else (self.it.folder / file).read_text(encoding="utf-8")
        return file, text.splitlines()[found.range.start.line].strip()

    async def outline(self):
        params = types.DocumentSymbolParams(self.it.document(self.name))
        found = await self.it.client.text_document_document_symbol_async(params)
        return [(it.name, [(below.name, [o.name for o in below.children]) for below in it.children]) for it in found]

    async def hints(self):
        lines = types.Range(types.Position(0, 0), types.Position(self.text.count("\n") + 1, 0))
        params = types.InlayHintParams(self.it.document(self.name), lines)
        return await self.it.client.text_document_inlay_hint_async(params) or []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
def test_values_are_shown_with_their_source(session, encoding):
    async def scenario(it):
        assert it.client.encoding == encoding
        here = Reader(it, "values.yaml", VALUES)
        stage = await here.hover("StageName: !Ref Sta|ge")
        assert "**`live`**" in stage and "the default of parameter `Stage`, line 4" in stage
        assert "resource `Api` (`AWS::ApiGateway::RestApi`), line 13" in await here.hover("!Sub ${A|pi}")
        assert "known only at deployment" in await here.hover("${AWS::Re|gion}")
        whole = await here.hover("!S|ub ${Api}")
        assert "**`{Api}.execute-api.{region}.amazonaws.com`**" in whole
        assert "the property at line 33" in await here.hover("${ApiSt|age}")
        assert "no template of the project exports `nothing`" in await here.hover("!ImportValue noth|ing")
        both = await here.hover("é😀|, !FindInMap")
        assert "**`é😀`**, if IsProd is true" in both and "**`one`**, if IsProd is false" in both
        assert "the entry of a mapping at line 8" in await here.hover("!FindIn|Map [Names")
        condition = await here.hover("!If [IsPr|od")
        assert "whether `Env` is `prod`; **false** with the defaults" in condition
        assert condition == await here.hover("  IsPr|od: !Equals")
        assert "whether `Env` is `prod`; **false** with the defaults" in await here.hover("IsProd: !Equ|als")
        assert "resource `Method`" in await here.hover("DependsOn: Meth|od")
        for place in ("Pol|icy: {Type", "!Ref Pol|icy", f"{OPTIMIZED[:4]}|{OPTIMIZED[4:]}"):
            assert "**CachingOptimized**" in await here.hover(place), place
        assert "**SecurityHeadersPolicy**" in await here.hover(f"ResponseHeadersPolicyId: |{SECURITY_HEADERS}")
        assert await here.hover("Desc|ription") == ""

    session(PUSHED, scenario, encodings=[encoding])


def test_a_behavior_shows_an_example_request(session):
    async def scenario(it):
        here = Reader(it, "values.yaml", VALUES)
        users = await here.hover("PathPat|tern: /users")
        assert "- reaches `GET /users`\n" in users
        assert "Example `GET /users`: **ok**, `GET /users` of `Api` handles the request" in users
        assert "- stage: `live` of `Api` (the default of parameter `Stage`)" in users
        assert users.count("\n") < 40
        default = await here.hover("Default|CacheBehavior")
        assert default and default == await here.hover("TargetOrigin|Id: api\n          ViewerProtocolPolicy: redirect")
        line = json.dumps(json.loads(synthesized()), ensure_ascii=False)
        cdk = Reader(it, "line.json", line)
        assert (await cdk.hover('"Default|CacheBehavior"')).startswith("**`Default (*)`**")
        assert await cdk.hover('"Enab|led"') == ""
        here.replace(VALUES.replace("OriginPath: !Sub /${ApiStage}", "OriginPath: /none"))
        users = await here.hover("PathPat|tern: /users")
        assert "**rejected**, API Gateway returns `403" in users and "- stage ✗: " in users

    session(PUSHED, scenario)


def test_conditions_that_change_only_the_example_are_told_with_it(session):
    text = VALUES.replace("        Enabled: true\n", "        Enabled: true\n        Aliases: !If [IsProd, [a.example.com], []]\n")

    async def scenario(it):
        here = Reader(it, "values.yaml", text)
        users = await here.hover("PathPat|tern: /users")
        assert users.startswith("**`/users`**\n\n- ") and users.count("- reaches") == 1
        assert "Example `GET /users`, if IsProd is true: **rejected**" in users
        assert "Example `GET /users`, if IsProd is false: **ok**" in users
        # The headline says what the last step would.
        assert "- response: " not in users and not users.endswith("\n")

    session(PUSHED, scenario)


def test_values_and_definitions_lead_into_other_templates(session, tmp_path):
    (tmp_path / "inner.yaml").write_text(INNER, encoding="utf-8")
    (tmp_path / ".git").mkdir()

    async def scenario(it):
        outer = Reader(it, "outer.yaml", OUTER)
        line = INNER[: INNER.index("Domain:")].count("\n") + 1
        for place in ("!GetAtt Inner.Outputs.Dom|ain", "[Inner, Outputs.Dom|ain", "é${Inner.Outputs.Dom|ain}"):
            value = await outer.hover(place)
            assert "`{Inner.Api}.execute-api.{region}.amazonaws.com`" in value
            assert f"- output `Domain`, line {line} of `inner.yaml`" in value
            assert await outer.definition(place) == ("inner.yaml", "Domain:")
        for place in ("!GetAtt Inn|er.Outputs", "[Inn|er, Outputs", "é${Inn|er.Outputs"):
            assert await outer.definition(place) == ("outer.yaml", "Inner:")
        assert await outer.definition("TemplateURL: ./in|ner.yaml") == ("inner.yaml", "Resources:")
        assert await outer.definition("Location: in|ner.yaml") == ("inner.yaml", "Resources:")
        importing = Reader(it, "importing.yaml", EDGE.replace("/${Stage}", "/${Stage}\n            X: !ImportValue domain"))
        assert "- output `Domain`" in await importing.hover("!ImportValue dom|ain")
        assert await importing.definition("!ImportValue dom|ain") == ("inner.yaml", "Domain:")

    session(PUSHED, scenario)


def test_a_nested_template_shows_what_the_stacks_around_it_pass(session, tmp_path):
    inner = EDGE.replace("    Default: prod\n", "")
    stack = "  {}:\n    Type: AWS::CloudFormation::Stack\n    Properties: {{TemplateURL: inner.yaml, Parameters: {{Stage: {}}}}}\n"
    outer = "Parameters: {Env: {Type: String}}\nConditions: {IsProd: !Equals [!Ref Env, prod]}\nResources:\n"
    outer += stack.format("One", "!If [IsProd, live, test]") + stack.format("Two", "beta")
    (tmp_path / "inner.yaml").write_text(inner, encoding="utf-8")

    async def scenario(it):
        here = Reader(it, "inner.yaml", inner)
        assert "stack" not in await here.hover("/${Sta|ge}")
        it.open("outer.yaml", outer)
        await it.shown("outer.yaml")
        for place, front in [("/${Sta|ge}", ""), ("Sta|ge:\n", ""), ("!S|ub /${Stage}", "/")]:
            hover = await here.hover(place)
            assert f"- in stack `One` of `outer.yaml`: **`{front}live`**, if IsProd is true\n" in hover, place
            assert hover.endswith(f"- in stack `Two` of `outer.yaml`: **`{front}beta`**"), place
        behavior = await here.hover("Default|CacheBehavior")
        assert "{One.Api}" in behavior and "{Two.Api}" in behavior and "/beta`" in behavior
        # The same in every stack.
        assert "stack" not in await here.hover("!S|ub ${Api}")

    session(PUSHED, scenario)


def test_names_lead_to_their_declarations(session):
    async def scenario(it):
        here = Reader(it, "values.yaml", VALUES)
        assert await here.definition("!If [IsPr|od") == ("values.yaml", "IsProd: !Equals [!Ref Env, prod]")
        assert await here.definition("!FindInMap [Nam|es") == ("values.yaml", "Names:")
        assert await here.definition("!Ref Env, Na|me]") == ("values.yaml", "dev: {Name: one}")
        assert await here.definition("DependsOn: Meth|od") == ("values.yaml", "Method:")
        assert await here.definition("!GetAtt A|pi.Root") == ("values.yaml", "Api:")
        sam = Reader(it, "sam.yaml", SAM)
        assert await sam.definition("TargetOriginId: bo|th") == ("sam.yaml", "- Id: both")
        assert await sam.definition("{OriginId: a|}") == ("sam.yaml", "- Id: a")
        assert (await sam.definition("Condition: Ha|s"))[1].startswith("Has: ")
        cdk = Reader(it, "cdk.json", synthesized())
        assert await cdk.definition('"Ref": "Pol|icy"') == ("cdk.json", '"Policy": {')

    session(PUSHED, scenario)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
def test_completion_knows_what_is_legal(session, encoding):
    async def scenario(it):
        here = Reader(it, "values.yaml", VALUES)
        headers = await here.completion("- Acc|ept\n")
        assert {"Accept", "CloudFront-Viewer-Country", "X-Api-Key"} <= set(headers)
        # Neither is one of the viewer's that a policy can name.
        assert not {"Cookie", "X-Amz-Cf-Id"} & set(headers)
        custom = await here.completion("HeaderName: x-é|")
        assert "Authorization" in custom and not {"Host", "Via"} & set(custom)
        range = custom["Authorization"].range
        assert range.end.character - range.start.character == {"utf-8": 4}.get(encoding, 3)
        assert list(await here.completion("ViewerProtocolPolicy: red|irect")) == ["allow-all", "https-only", "redirect-to-https"]
        here.replace(VALUES.replace("            OriginPath: !Sub /${ApiStage}\n", WITHOUT_STAGE))
        assert list(await here.completion("OriginPath: |\n")) == ["/live"]
        here.replace(here.text.replace("!Sub ${Api}.execute-api.${AWS::Region}.amazonaws.com", "x.example.com"))
        assert list(await here.completion("OriginPath: |\n")) == ["/beta", "/live"]
        sam = Reader(it, "sam.yaml", SAM)
        assert list(await sam.completion("TargetOriginId: |both")) == ["a", "b", "both"]
        assert list(await sam.completion("{OriginId: |a}")) == ["a", "b"]
        assert "/Prod" in await sam.completion("OriginPath: /Pr|od")
        cdk = Reader(it, "cdk.json", synthesized())
        assert list(await cdk.completion('"OriginPath": "/v|"')) == ["/v1"]
        [edit] = (await cdk.completion('"TargetOriginId": "|origin"')).values()
        assert edit.new_text == "origin"
        cdk.replace(cdk.text.replace('"TargetOriginId": "origin"', '"TargetOriginId": '))
        [edit] = (await cdk.completion('"TargetOriginId": |')).values()
        assert edit.new_text == '"origin"'

    session(PUSHED, scenario, encodings=[encoding])


def test_completion_knows_the_policies_of_the_template(session):
    async def scenario(it):
        here = Reader(it, "values.yaml", VALUES)
        default = "CachePolicyId: 4135ea2d-6df8-44a3-9df3-4b5a84be39ad"

        async def completed(there):
            written = there.replace("|", "")
            here.replace(VALUES.replace(default, f"{default}\n          OriginRequestPolicyId: {written}"))
            return await here.completion(f"OriginRequestPolicyId: {there}")

        for there, own, is_id in [
            ("|", "!Ref Forwarding", True),
            ("!|", "!Ref Forwarding", False),
            ("!If [IsProd, |, x]", "!Ref Forwarding", True),
            ("!Ref |", "Forwarding", False),
            ("{Ref: |}", "Forwarding", False),
        ]:
            items = await completed(there)
            assert (items["Forwarding"].new_text, "AllViewer" in items) == (own, is_id), there
        for there in ("!If [|IsProd, x, y]", "!GetAtt |", "x # |"):
            assert await completed(there) == {}, there
        assert "Forwarding" not in await completed('"|"')
        resources = '"Resources": {"Own": {"Type": "AWS::CloudFront::CachePolicy"},'
        cdk = Reader(it, "cdk.json", synthesized().replace('"Resources": {', resources))
        assert list(await cdk.completion('"Ref": "Pol|icy"')) == ["Own"]
        await it.rules("cdk.json")
        before, after = cdk.text.split('"CachePolicyId": {')
        cdk.replace(before + '"CachePolicyId": ' + after[after.index("}") + 1 :])
        assert (await cdk.completion('"CachePolicyId": |'))["Own"].new_text == '{"Ref": "Own"}'

    session(PUSHED, scenario)


def test_completion_works_while_the_document_is_broken(session):
    async def scenario(it):
        here = Reader(it, "values.yaml", VALUES)
        await it.rules("values.yaml")
        broken = VALUES.replace("        Enabled: true\n", "        Enabled: {true\n  [\n")
        here.replace(broken.replace("            OriginPath: !Sub /${ApiStage}\n", WITHOUT_STAGE))
        assert "invalid-template" in await it.rules("values.yaml")
        assert list(await here.completion("OriginPath: |\n")) == ["/beta", "/live"]
        assert list(await here.completion("TargetOriginId: |api\n          ViewerProtocolPolicy: redirect")) == ["api"]
        assert "CachingOptimized" in await here.completion("CachePolicyId: |4135")
        assert "X-Api-Key" in await here.completion("- Acc|ept\n")

    session(PUSHED, scenario)


def test_hints_are_given_to_those_who_ask_for_them(session):
    async def without(it):
        assert it.client.offered.inlay_hint_provider is None

    async def scenario(it):
        assert it.client.offered.inlay_hint_provider
        here = Reader(it, "values.yaml", VALUES)
        default, _, headers = await here.hints()
        assert (default.label, headers.label) == ("CachingOptimized", "SecurityHeadersPolicy")
        assert default.position == here.at(f"Default: {OPTIMIZED}|")
        cdk = Reader(it, "cdk.json", synthesized())
        default, request = await cdk.hints()
        assert (default.position, request.label) == (cdk.at(f'"{OPTIMIZED}"|'), "AllViewer")

    session(PUSHED, without)
    session(PUSHED, scenario, options={"inlayHints": True})


def test_outlines_of_other_kinds_of_templates(session):
    async def scenario(it):
        sam = Reader(it, "sam.yaml", SAM)
        assert await sam.outline() == [("Distribution", [("/hello", ["a", "b"]), ("Default (*)", ["b"])])]
        cdk = Reader(it, "cdk.json", synthesized())
        assert await cdk.outline() == [("Edge", [("Default (*)", ["origin"])])]
        branched = VALUES.replace("          - PathPattern: /users\n", "          - !If\n            - IsProd\n            - PathPattern: /users\n")
        branched = branched.replace("            TargetOriginId: api\n", "              TargetOriginId: api\n")
        branched = branched.replace("            ViewerProtocolPolicy: https", "              ViewerProtocolPolicy: https")
        branched = branched.replace("            CachePolicyId: !Ref Policy\n", "              CachePolicyId: !Ref Policy\n            - !Ref AWS::NoValue\n")
        here = Reader(it, "branched.yaml", branched)
        [(_, behaviors)] = await here.outline()
        assert sorted(name for name, _ in behaviors) == ["/users", "Default (*)"]

    session(PUSHED, scenario)


@pytest.mark.parametrize(
    "place, written, label",
    [
        ("TargetOriginId: api\n          Viewer", 'TargetOriginId: "|\n          Viewer', "api"),
        ("TargetOriginId: api\n          Viewer", "TargetOriginId: 'a|\n          Viewer", "api"),
        ("OriginPath: !Sub /${ApiStage}\n", 'OriginPath: "/|\n', "/live"),
        ("CustomOriginConfig: {OriginProtocolPolicy: https-only}", "CustomOriginConfig: {OriginProtocolPolicy: '|}", "http-only"),
    ],
)
def test_completion_needs_no_document_that_could_be_parsed_before(session, place, written, label):
    async def scenario(it):
        assert place in VALUES
        here = Reader(it, "values.yaml", VALUES.replace(place, written.replace("|", "")))
        assert list(await here.completion(written))[0] == label

    session(PUSHED, scenario)


@pytest.mark.parametrize("written", ['"TargetOriginId": |', '"TargetOriginId": "|', '"TargetOriginId": "|,', '"TargetOriginId": "or|"'])
def test_completion_needs_no_json_that_could_be_parsed_before(session, written):
    async def scenario(it):
        text = synthesized().replace('"TargetOriginId": "origin",', written.replace("|", ""))
        assert list(await Reader(it, "cdk.json", text).completion(f"{written}\n")) == ["origin"]

    session(PUSHED, scenario)


def test_nothing_is_said_about_other_documents(session):
    text = f"Resources: {{}}\nCachePolicyId: {OPTIMIZED}\nx: !Ref y\nTargetOriginId: z\n"

    async def scenario(it):
        here = Reader(it, "values.yaml", text)
        for place in (f"CachePolicyId: {OPTIMIZED[:3]}|", "!Ref |y", "TargetOriginId: |z"):
            assert (await here.hover(place), await here.definition(place)) == ("", None)
            assert await here.completion(place) == {}
        assert (await here.outline(), await here.hints()) == ([], [])

    session(PUSHED, scenario, options={"inlayHints": True})


@pytest.mark.parametrize("editor", [PUSHED, PULLED])
def test_json_is_fixed_and_suppressed(session, editor):
    async def scenario(it):
        text = synthesized().replace(OPTIMIZED, "4135ea2d-6df8-44a3-9df3-4b5a84be39ad")
        it.open("edge.json", text)
        [found] = [it for it in await it.shown("edge.json") if it.code == "host-header-forwarded"]
        actions = await it.actions("edge.json", found)
        [fix] = [action for title, action in actions.items() if title.startswith("Fix: ")]
        fixed = json.loads(apply(text, await it.edit(fix), it.client.encoding))
        behavior = fixed["Resources"]["Edge"]["Properties"]["DistributionConfig"]["DefaultCacheBehavior"]
        assert behavior["OriginRequestPolicyId"] == EXCEPT_HOST
        ignore = await it.edit(actions["Ignore `host-header-forwarded` here, with a reason"])
        suppressed = apply(text, ignore, it.client.encoding)
        [reason] = json.loads(suppressed)["Resources"]["Edge"]["Metadata"]["cflint"]["ignore"]
        assert reason == {"id": "host-header-forwarded", "reason": "TODO: say why"}
        it.replace("edge.json", suppressed)
        assert "host-header-forwarded" not in await it.rules("edge.json")

    session(editor, scenario)


@pytest.mark.parametrize("size", [0, 300_000])
@pytest.mark.parametrize("editor", EDITORS)
def test_a_fix_that_check_refuses_is_not_made(session, editor, size):
    async def scenario(it):
        # With the fix, responses for every host would be cached.
        text = synthesized() + size * " "
        it.open("edge.json", text)
        [found] = [it for it in await it.shown("edge.json") if it.code == "host-header-forwarded"]
        actions = await it.actions("edge.json", found)
        offered = [action for title, action in actions.items() if "ix" in title]
        # In a large document, it is tried when it is chosen.
        assert size or not offered
        for action in offered:
            with pytest.raises(JsonRpcException, match="would introduce a finding of `api-cached-by-default`"):
                await it.edit(action)

    session(editor, scenario)


def test_unsafe_fixes_say_so(session):
    async def scenario(it):
        text = EDGE.replace("redirect-to-https", "allow-all")
        it.open("edge.yaml", text)
        [found] = [it for it in await it.shown("edge.yaml") if it.code == "viewer-protocol-not-https"]
        actions = await it.actions("edge.yaml", found)
        [unsafe] = [action for title, action in actions.items() if title.startswith("Unsafe fix, may break ")]
        assert not unsafe.is_preferred and "allow-all" not in apply(text, await it.edit(unsafe), it.client.encoding)
        everything = await it.edit(actions["Apply all safe fixes of cflint"])
        assert "allow-all" in apply(text, everything, it.client.encoding)

    session(PULLED, scenario)


@pytest.mark.parametrize("folder", ["cdk.out", ".aws-sam/build"])
def test_files_that_a_tool_writes_are_not_edited(session, tmp_path, folder):
    (tmp_path / folder).mkdir(parents=True)

    async def scenario(it):
        it.open(f"{folder}/edge.yaml", EDGE)
        [found] = [it for it in await it.shown(f"{folder}/edge.yaml") if it.code == "host-header-forwarded"]
        assert list(await it.actions(f"{folder}/edge.yaml", found)) == ["Explain `host-header-forwarded`"]
        assert await it.actions(f"{folder}/edge.yaml", found, ["source.fixAll"]) == {}

    session(PULLED, scenario)


def test_actions_stay_in_the_document(session, tmp_path):
    inner = EDGE.replace("    Default: prod\n", "")
    outer = "Resources:\n  Inner:\n    Type: AWS::CloudFormation::Stack\n"
    outer += "    Properties: {TemplateURL: inner.yaml, Parameters: {Stage: live/}}\n"
    (tmp_path / "inner.yaml").write_text(inner, encoding="utf-8")

    async def scenario(it):
        it.open("outer.yaml", outer)
        it.open("inner.yaml", inner)
        # Only the stack around it knows the stage.
        await it.shown("outer.yaml")
        shown = {diagnostic.code: diagnostic for diagnostic in await it.shown("inner.yaml")}
        around = shown["origin-path-malformed"]
        offered = await it.actions("inner.yaml", around)
        assert "Explain `origin-path-malformed`" in offered
        ignore = await it.edit(offered["Ignore `origin-path-malformed` here, with a reason"])
        it.replace("inner.yaml", apply(inner, ignore, it.client.encoding))
        await it.shown("outer.yaml")
        assert "origin-path-malformed" not in await it.rules("inner.yaml")
        it.replace("inner.yaml", inner)
        await it.shown("outer.yaml")
        shown = {diagnostic.code: diagnostic for diagnostic in await it.shown("inner.yaml")}
        actions = await it.actions("inner.yaml", shown["host-header-forwarded"])
        [fix] = [action for title, action in actions.items() if title.startswith("Fix: ")]
        edit = (await it.edit(fix))[0]
        it.replace("inner.yaml", "# é\n" + inner)
        stale = next(action for action in actions.values() if action.data)
        with pytest.raises(JsonRpcException, match="has changed"):
            await it.client.code_action_resolve_async(stale)
        # What is shown inside is found from outside.
        await it.shown("outer.yaml")
        [moved] = [it for it in await it.shown("inner.yaml") if it.code == "host-header-forwarded"]
        again = await it.actions("inner.yaml", moved)
        [next_fix] = [action for title, action in again.items() if title.startswith("Fix: ")]
        assert (await it.edit(next_fix))[0].range.start.line == edit.range.start.line + 1

    session(PULLED, scenario)
