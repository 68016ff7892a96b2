"""A client of a language server on standard input and output."""

import json
import queue
import subprocess
import threading
import time


class Client:
    def __init__(self, command, folder, env):
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
        self.process = subprocess.Popen(command, cwd=folder, env=env, **pipes)
        self.messages = queue.Queue()
        threading.Thread(target=self.listen, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()

    def listen(self):
        while header := self.process.stdout.readline():
            length = None
            while header.strip():
                name, value = header.decode().split(":", 1)
                if name.lower() == "content-length":
                    length = int(value)
                header = self.process.stdout.readline()
            self.messages.put(json.loads(self.process.stdout.read(length)))

    def send(self, **message):
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self.process.stdin.flush()

    def initialize(self, folder):
        uri = folder.as_uri()
        params = {"processId": None, "rootUri": uri, "workspaceFolders": [{"uri": uri, "name": "app"}], "capabilities": {}}
        self.send(id=1, method="initialize", params=params)
        self.until(lambda message: message.get("id") == 1 and "result" in message)
        self.send(method="initialized", params={})

    def diagnostics(self):
        """The first ones that are published, by file."""
        wanted = "textDocument/publishDiagnostics"
        return self.until(lambda message: message.get("method") == wanted and message["params"]["diagnostics"])["params"]

    def until(self, wanted, seconds=60):
        end = time.monotonic() + seconds
        while True:
            message = self.messages.get(timeout=max(0, end - time.monotonic()))
            if "id" in message and "method" in message:
                self.send(id=message["id"], result=None)
            if wanted(message):
                return message
