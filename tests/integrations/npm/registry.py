"""A registry for the packages of one scope, as they were packed: npm gets everything else from its usual one."""

import base64
import hashlib
import json
import tarfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote


class Registry:
    def __init__(self, folder):
        self.archives = {path.name: path.read_bytes() for path in folder.glob("*.tgz")}
        self.packages = {}
        for path in folder.glob("*.tgz"):
            with tarfile.open(path) as archive:
                manifest = json.load(archive.extractfile("package/package.json"))
            self.packages[manifest["name"]] = manifest, path.name
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self.handler())
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()

    def document(self, name):
        manifest, archive = self.packages[name]
        digest = base64.b64encode(hashlib.sha512(self.archives[archive]).digest()).decode()
        dist = {"tarball": f"{self.url}/{archive}", "integrity": f"sha512-{digest}"}
        version = manifest["version"]
        return {"name": name, "dist-tags": {"latest": version}, "versions": {version: {**manifest, "dist": dist}}}

    def handler(registry):
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                name = unquote(self.path).lstrip("/")
                if name in registry.packages:
                    self.send(200, "application/json", json.dumps(registry.document(name)).encode())
                elif name in registry.archives:
                    self.send(200, "application/octet-stream", registry.archives[name])
                else:
                    self.send(404, "application/json", b"{}")

            def send(self, code, kind, body):
                self.send_response(code)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        return Handler
