"""Python's websockets, which echoes: a line of JSON that comes in asks for a server or for a client,
and a line that goes out answers it."""

import asyncio
import json
import logging
import sys

import websockets
from websockets.extensions.permessage_deflate import (
    ClientPerMessageDeflateFactory,
    ServerPerMessageDeflateFactory,
)

logging.getLogger("websockets").setLevel(logging.CRITICAL)

OPTIONS = {"compression": None, "max_size": None}


async def echo(socket, path=None):
    async for message in socket:
        await socket.send(message)


async def serve(parameters):
    extensions = [ServerPerMessageDeflateFactory(**parameters)]
    server = await websockets.serve(echo, "127.0.0.1", 0, extensions=extensions, **OPTIONS)
    port = server.sockets[0].getsockname()[1]
    return {"url": f"ws://127.0.0.1:{port}/"}


async def connect(url, parameters):
    extensions = [ClientPerMessageDeflateFactory(**parameters)]
    async with websockets.connect(url, extensions=extensions, **OPTIONS) as socket:
        await echo(socket)
        answer = socket.response_headers.get("Sec-WebSocket-Extensions", "")
        return {"code": socket.close_code, "extensions": answer}


ASKED = {"serve": serve, "connect": connect}


async def answer(number, verb, **options):
    try:
        given = await ASKED[verb](**options)
    except Exception as error:
        given = {"error": repr(error)}
    print(json.dumps({"number": number, **given}), flush=True)


async def main():
    lines = asyncio.StreamReader()
    protocol = asyncio.StreamReaderProtocol(lines)
    await asyncio.get_running_loop().connect_read_pipe(lambda: protocol, sys.stdin)
    tasks = []
    while line := await lines.readline():
        tasks.append(asyncio.create_task(answer(**json.loads(line))))


asyncio.run(main())
