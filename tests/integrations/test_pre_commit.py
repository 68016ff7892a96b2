"""The hooks, run by the real pre-commit, which builds cflint from this repository as it does for a user."""

import shutil

import pytest
import yaml

API = """\
AWSTemplateFormatVersion: '2010-09-09'
Resources:
  Api:
    Type: AWS::ApiGatewayV2::Api
    Properties: {Name: shop, ProtocolType: HTTP}
  Users:
    Type: AWS::ApiGatewayV2::Route
    Properties: {ApiId: !Ref Api, RouteKey: GET /users}
  Stage:
    Type: AWS::ApiGatewayV2::Stage
    Properties: {ApiId: !Ref Api, StageName: $default, AutoDeploy: true}
Outputs:
  Domain:
    Value: !Sub '${Api}.execute-api.${AWS::Region}.${AWS::URLSuffix}'
    Export: {Name: shop-api}
"""

EDGE = """\
AWSTemplateFormatVersion: '2010-09-09'
Resources:
  Pages:
    Type: AWS::CloudFront::Distribution
    Properties:
      DistributionConfig:
        Enabled: true
        Origins:
          - Id: api
            DomainName: !ImportValue shop-api
            CustomOriginConfig: {OriginProtocolPolicy: https-only, OriginSSLProtocols: [TLSv1.2]}
            OriginCustomHeaders: [{HeaderName: x-origin-verify, HeaderValue: '{{resolve:secretsmanager:shop}}'}]
        DefaultCacheBehavior:
          TargetOriginId: api
          ViewerProtocolPolicy: https-only
          CachePolicyId: 4135ea2d-6df8-44a3-9df3-4b5a84be39ad
          OriginRequestPolicyId: 216adef6-5c7f-47e4-b989-5492eafa07d3 # AllViewer
"""

ALL_VIEWER = "216adef6-5c7f-47e4-b989-5492eafa07d3"
EXCEPT_HOST = "b689b0a8-53d0-40ab-baf2-68738e2966ac"
MENDED = EDGE.replace(ALL_VIEWER, EXCEPT_HOST).replace("# AllViewer\n", "# AllViewerExceptHostHeader\n")

OTHERS = {
    "charts/deployment.yaml": "{{- if .Values.shop }}\napiVersion: v1\n{{- end }}\n",
    "package.json": '{"name": "shop"}\n',
    ".github/workflows/ci.yml": "on: push\njobs: {}\n",
}


def status(hook, state):
    """The line of pre-commit about a hook."""
    return hook + state.rjust(79 - len(hook), ".")


@pytest.fixture
def hooked(published, address, version):
    """A repository with hooks of the release; each is a dictionary as in the configuration."""

    def hooked(*hooks):
        repo = {"repo": address, "rev": f"v{version}", "hooks": list(hooks)}
        published.commit({".pre-commit-config.yaml": yaml.safe_dump({"repos": [repo]})})
        return published

    return hooked


def test_the_manifest_is_valid(root, project):
    assert project.pre_commit("validate-manifest", str(root / ".pre-commit-hooks.yaml"))[0] == 0


def test_the_hook_can_be_tried_from_the_working_tree(project, root):
    project.add({"edge.yaml": (root / "fixtures/_demo/edge.yaml").read_text(encoding="utf-8")})
    code, said = project.pre_commit("try-repo", str(root), "cflint", "--all-files")
    assert code == 1, said
    for line in [
        status("cflint", "Failed"),
        "- hook id: cflint",
        "- exit code: 1",
        "error[host-header-forwarded]: the viewer's `Host` is forwarded to `Api`, which",
        "    answers only to its own host name",
        "   ┌─ edge.yaml:85:36",
        "   = help: use `AllViewerExceptHostHeader`",
        f"           (`{EXCEPT_HOST}`) (`--fix` does it)",
        "1 distribution, 2 behaviors, 1 API: 2 errors · 1 fixable with --fix",
    ]:
        assert line in said.splitlines(), said


def test_a_clean_template_passes(hooked, root):
    project = hooked({"id": "cflint"})
    project.add({"edge.yaml": (root / "fixtures/_golden/edge.yaml").read_text(encoding="utf-8")})
    assert project.pre_commit("run") == (0, status("cflint", "Passed"))


def test_what_is_no_template_is_passed_over_in_silence(hooked):
    project = hooked({"id": "cflint", "verbose": True})
    project.add(OTHERS)
    code, said = project.pre_commit("run")
    first, *lines = said.splitlines()
    assert (code, first) == (0, status("cflint", "Passed"))
    assert [line.split(":")[0] for line in lines] == ["- hook id", "- duration"], said
    project.commit({"README.md": "# Shop\n"})
    project.add({"README.md": "# Shop, see AWS::CloudFront\n"})
    assert project.pre_commit("run")[1].splitlines()[0] == status("cflint", "(no files to check)Skipped")


def test_a_changed_template_is_linked_with_one_that_did_not_change(hooked):
    project = hooked({"id": "cflint", "args": ["--format", "concise"]})
    project.commit({"api/api.yaml": API, "old/broken.yaml": "Resources: {A: {Type: 'AWS::S3::Bucket}}\n"})
    project.add({"web/edge.yaml": EDGE, **OTHERS})
    code, said = project.pre_commit("run")
    assert code == 1, said
    assert said.splitlines()[-2:] == [
        "web/edge.yaml:17:34: error[host-header-forwarded] [*] the viewer's `Host` is forwarded to `api.Api`, "
        "which answers only to its own host name",
        "1 distribution, 1 behavior, 1 API: 1 error · 1 fixable with --fix",
    ]


def test_fixes_are_left_for_the_user_to_stage(hooked):
    project = hooked({"id": "cflint", "args": ["--fix"]})
    project.add({"api.yaml": API, "edge.yaml": EDGE})
    code, said = project.pre_commit("run")
    assert code == 1, said
    assert "- files were modified by this hook" in said.splitlines()
    assert "fixed 1 finding in 1 file: host-header-forwarded (1)" in said.splitlines()
    assert project.text("edge.yaml") == MENDED
    project.git(project.folder, "add", "--all")
    assert project.pre_commit("run") == (0, status("cflint", "Passed"))


@pytest.fixture
def cdk(hooked, root):
    """A CDK app that changed, with an assembly that git does not know."""
    project = hooked({"id": "cflint-cdk"})
    app = (root / "fixtures/_cdk/edge/app.js").read_text(encoding="utf-8")
    project.add({".gitignore": "cdk.out\n", "app.js": app, "cdk.json": '{"app": "node app.js"}\n', "cflint.yaml": "fail-on: error\n"})
    shutil.copytree(root / "fixtures/_cdk/edge/cdk.out-2.276.0", project.folder / "cdk.out")
    return project


def test_an_assembly_is_checked_when_the_app_changes(cdk):
    code, said = cdk.pre_commit("run")
    assert code == 1, said
    assert "- hook id: cflint-cdk" in said.splitlines()
    assert "    = where: construct `EdgeStack/Pages/Resource`, made at /app/app.js:17:5" in said.splitlines()
    template = "cdk.out/EdgeStack.template.json"
    cdk.write(template, cdk.text(template).replace(ALL_VIEWER, EXCEPT_HOST))
    assert cdk.pre_commit("run") == (0, status("cflint (CDK)", "Passed"))


def test_without_an_assembly_the_remedy_is_said(cdk):
    shutil.rmtree(cdk.folder / "cdk.out")
    code, said = cdk.pre_commit("run")
    assert code == 1, said
    assert "error: cdk.out: there is no CDK assembly; `cdk synth` writes it" in said.splitlines()


def test_an_assembly_is_left_alone_when_nothing_of_the_app_changes(cdk):
    cdk.commit({"README.md": "# Shop\n"})
    cdk.add({"README.md": "# The shop\n"})
    assert cdk.pre_commit("run") == (0, status("cflint (CDK)", "(no files to check)Skipped"))
