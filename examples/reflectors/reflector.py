"""A subject for `encke conform` on Python's http.server, with the most part of a reflector:
`python3 reflector.py`, then `npx encke conform http://127.0.0.1:<port>/`."""

import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit


class Subject(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self, status, fields, content, reason=None):
        self.send_response(status, reason)
        for name, value in fields:
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def reflect(self, query):
        asked = dict(query)
        if not set(asked) <= {"status", "reason", "field", "body", "length", "wait"}:
            return self.answer(501, [("Content-Length", "0")], b"")
        content = asked.get("body", "").encode("latin-1")
        fields = [line.split(": ", 1) for name, line in query if name == "field"]
        fields.append(("Content-Length", asked.get("length", str(len(content)))))
        time.sleep(int(asked.get("wait", 0)) / 1000)
        self.answer(int(asked.get("status", 200)), fields, content, asked.get("reason"))

    def handle_any(self):
        target = urlsplit(self.path)
        length = self.headers.get("Content-Length", "0")
        if not (length.isascii() and length.isdigit()) or int(length) > 2**24:
            self.close_connection = True
            return self.answer(400, [("Content-Length", "0"), ("Connection", "close")], b"")
        content = self.rfile.read(int(length))
        if target.path == "/reflect":
            return self.reflect(parse_qsl(target.query, True, encoding="latin-1"))
        content = content if target.path == "/echo" else b"ok"
        status = 200 if target.path in ("/", "/echo") else 404
        self.answer(status, [("Content-Length", str(len(content)))], content)

    def handle(self):
        try:
            super().handle()
        except ConnectionError:
            pass  # the client has left

    do_GET = do_HEAD = do_POST = handle_any

    def log_message(self, *_):
        pass


ThreadingHTTPServer.request_queue_size = 128
server = ThreadingHTTPServer(("127.0.0.1", int((sys.argv + ["0"])[1])), Subject)
print(f"http://127.0.0.1:{server.server_port}/", flush=True)
server.serve_forever()
