"""The Python package: built from the source distribution, installed into a fresh environment, and run."""

DEMO = "fixtures/_demo/edge.yaml"


def test_the_installed_program_says_the_version_of_the_workspace(cflint, version):
    ran = cflint("--version")
    assert (ran.returncode, ran.stdout) == (0, f"cflint {version}\n")


def test_the_installed_program_checks_a_template(cflint):
    ran = cflint("check", DEMO, "--format", "concise")
    assert ran.returncode == 1
    assert "error[host-header-forwarded]" in ran.stdout
