"""Python's websockets: python3 websockets_server.py PORT."""

import asyncio
import http
import logging
import sys
import urllib.parse

import websockets

logging.getLogger("websockets").setLevel(logging.CRITICAL)


async def echo(socket, path=None):
    async for message in socket:
        await socket.send(message)


async def only_root(path, headers):
    if urllib.parse.urlsplit(path).path != "/":
        return http.HTTPStatus.NOT_FOUND, [], b"not found\n"


async def main():
    options = {"max_size": 64 * 2**20, "process_request": only_root}
    options["subprotocols"] = ["superchat", "chat"]
    async with websockets.serve(echo, "127.0.0.1", int(sys.argv[1]), **options):
        await asyncio.Future()


asyncio.run(main())
