class Cflint < Formula
  desc "Finds the requests that CloudFront in front of API Gateway would break"
  homepage "https://github.com/cflint/cflint"
  version "{{version}}"
  license any_of: ["MIT", "Apache-2.0"]

  on_macos do
    on_arm do
      url "https://github.com/cflint/cflint/releases/download/v{{version}}/cflint-aarch64-apple-darwin.tar.gz"
      sha256 "{{macos-arm}}"
    end
    on_intel do
      url "https://github.com/cflint/cflint/releases/download/v{{version}}/cflint-x86_64-apple-darwin.tar.gz"
      sha256 "{{macos-intel}}"
    end
  end

  on_linux do
    on_arm do
      url "https://github.com/cflint/cflint/releases/download/v{{version}}/cflint-aarch64-unknown-linux-musl.tar.gz"
      sha256 "{{linux-arm}}"
    end
    on_intel do
      url "https://github.com/cflint/cflint/releases/download/v{{version}}/cflint-x86_64-unknown-linux-musl.tar.gz"
      sha256 "{{linux-intel}}"
    end
  end

  def install
    bin.install "cflint"
    man1.install Dir["man/man1/*.1"]
    bash_completion.install "completions/cflint.bash" => "cflint"
    zsh_completion.install "completions/_cflint"
    fish_completion.install "completions/cflint.fish"
  end

  test do
    (testpath/"edge.yaml").write <<~YAML
      AWSTemplateFormatVersion: '2010-09-09'
      Resources:
        Topic: {Type: 'AWS::SNS::Topic'}
    YAML
    system bin/"cflint", "check", "edge.yaml"
    assert_match version.to_s, shell_output("#{bin}/cflint --version")
  end
end
