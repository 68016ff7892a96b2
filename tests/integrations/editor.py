"""A client with the capabilities of an editor, and the templates that it opens."""

import asyncio

import pytest
from lsprotocol import types
from pytest_lsp import client_capabilities, make_test_lsp_client

EDITORS = ["visual_studio_code@v1.65.2", "neovim@v0.7.0", "neovim@v0.11.0", "emacs@v29.1"]
PUSHED, PULLED = "visual_studio_code@v1.65.2", "neovim@v0.11.0"

ALL_VIEWER = "216adef6-5c7f-47e4-b989-5492eafa07d3"
EXCEPT_HOST = "b689b0a8-53d0-40ab-baf2-68738e2966ac"

EDGE = f"""\
AWSTemplateFormatVersion: '2010-09-09'
Description: Übung 😀
Parameters:
  Stage:
    Type: String
    Default: prod
Resources:
  Api:
    Type: AWS::ApiGatewayV2::Api
    Properties: {{Name: api, ProtocolType: HTTP}}
  Distribution:
    Type: AWS::CloudFront::Distribution
    Properties:
      DistributionConfig:
        Enabled: true
        Origins:
          - Id: api
            DomainName: !Sub ${{Api}}.execute-api.${{AWS::Region}}.amazonaws.com
            OriginPath: !Sub /${{Stage}}
            CustomOriginConfig: {{OriginProtocolPolicy: https-only}}
        DefaultCacheBehavior:
          TargetOriginId: api
          ViewerProtocolPolicy: redirect-to-https
          CachePolicyId: 4135ea2d-6df8-44a3-9df3-4b5a84be39ad
          OriginRequestPolicyId: {ALL_VIEWER} # 😀
"""

OUTER = """\
Resources:
  Inner:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: inner.yaml}
  Distribution:
    Type: AWS::CloudFront::Distribution
    Properties:
      DistributionConfig:
        Enabled: true
        Origins:
          - Id: api
            DomainName: !GetAtt Inner.Outputs.Domain
            OriginPath: /live
            CustomOriginConfig: {OriginProtocolPolicy: https-only}
        DefaultCacheBehavior:
          TargetOriginId: api
          ViewerProtocolPolicy: redirect-to-https
          CachePolicyId: 4135ea2d-6df8-44a3-9df3-4b5a84be39ad
"""

INNER = """\
Resources:
  Api:
    Type: AWS::ApiGateway::RestApi
    Properties: {Name: api}
  Method:
    Type: AWS::ApiGateway::Method
    Properties:
      RestApiId: !Ref Api
      ResourceId: !GetAtt Api.RootResourceId
      HttpMethod: GET
      AuthorizationType: NONE
      Integration: {Type: MOCK}
  Deployment:
    Type: AWS::ApiGateway::Deployment
    DependsOn: Method
    Properties: {RestApiId: !Ref Api}
  Stage:
    Type: AWS::ApiGateway::Stage
    Properties: {RestApiId: !Ref Api, DeploymentId: !Ref Deployment, StageName: live}
Outputs:
  Domain:
    Value: !Sub ${Api}.execute-api.${AWS::Region}.amazonaws.com
    Export: {Name: domain}
"""


class Editor:
    """A client with the documents that it has open."""

    def __init__(self, client, folder):
        self.client, self.folder, self.versions = client, folder, {}

    def uri(self, name):
        return (self.folder / name).as_uri()

    def document(self, name):
        return types.TextDocumentIdentifier(self.uri(name))

    def open(self, name, text):
        self.versions[name] = 1
        item = types.TextDocumentItem(self.uri(name), "yaml", 1, text)
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(item))

    def change(self, name, *changes):
        self.versions[name] += 1
        document = types.VersionedTextDocumentIdentifier(self.versions[name], self.uri(name))
        self.client.text_document_did_change(types.DidChangeTextDocumentParams(document, list(changes)))

    def replace(self, name, text):
        self.change(name, types.TextDocumentContentChangeWholeDocument(text))

    def close(self, name):
        self.client.text_document_did_close(types.DidCloseTextDocumentParams(self.document(name)))

    def touch(self, name):
        event = types.FileEvent(self.uri(name), types.FileChangeType.Changed)
        self.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([event]))

    async def shown(self, name):
        """The diagnostics of a document, by request or as they are published."""
        if self.client.capabilities.text_document.diagnostic:
            params = types.DocumentDiagnosticParams(self.document(name))
            return (await self.client.text_document_diagnostic_async(params)).items
        # Whatever was published before the answer is there then.
        await self.client.text_document_document_symbol_async(types.DocumentSymbolParams(self.document(name)))
        await asyncio.sleep(0.05)
        return self.client.diagnostics.get(self.uri(name), [])

    async def rules(self, name):
        return [diagnostic.code for diagnostic in await self.shown(name)]

    async def actions(self, name, diagnostic, only=None):
        context = types.CodeActionContext([diagnostic], only)
        params = types.CodeActionParams(self.document(name), diagnostic.range, context)
        return {action.title: action for action in await self.client.text_document_code_action_async(params) or []}

    async def edit(self, action):
        if action.edit is None and action.data is not None:
            action = await self.client.code_action_resolve_async(action)
        if action.edit.document_changes:
            [change] = action.edit.document_changes
            assert change.text_document.version == self.versions[change.text_document.uri.rsplit("/", 1)[1]]
            return change.edits
        [edits] = action.edit.changes.values()
        return edits


def apply(text, edits, encoding):
    """The text after the edits, counted as the client counts."""
    codec, width = {"utf-8": ("utf-8", 1), "utf-16": ("utf-16-le", 2), "utf-32": ("utf-32-le", 4)}[encoding]
    lines = text.splitlines(keepends=True) + [""]

    def offset(position):
        before = sum(map(len, lines[: position.line]))
        line = lines[position.line].encode(codec)
        return before + len(line[: position.character * width].decode(codec))

    for edit in sorted(edits, key=lambda edit: offset(edit.range.start), reverse=True):
        text = text[: offset(edit.range.start)] + edit.new_text + text[offset(edit.range.end) :]
    return text


@pytest.fixture
def session(environment, tmp_path):
    """Runs a scenario with a client that has the capabilities of an editor."""

    def run(editor, scenario, folder=tmp_path, options=None, encodings=None):
        async def main():
            client = make_test_lsp_client()
            await client.start_io(str(environment / "cflint"), "server", cwd=tmp_path)
            capabilities = client_capabilities(editor)
            if encodings:
                capabilities.general.position_encodings = encodings
            params = types.InitializeParams(capabilities=capabilities, root_uri=folder.as_uri())
            params.initialization_options = options
            started = await client.initialize_session(params)
            client.encoding, client.offered = started.capabilities.position_encoding, started.capabilities
            assert started.server_info.name == "cflint"
            await asyncio.wait_for(scenario(Editor(client, folder)), 60)
            await client.shutdown_session()
            assert client.error is None
            await client.stop()

        asyncio.run(main())

    return run
