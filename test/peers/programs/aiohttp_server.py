"""Python's aiohttp: python3 aiohttp_server.py PORT."""

import logging
import sys

from aiohttp import WSMsgType, web

logging.disable(logging.CRITICAL)

MAX_MESSAGE = 64 * 2**20


async def root(request):
    if request.headers.get("Upgrade", "").lower() == "websocket":
        return await echo_messages(request)
    return web.Response(text="ok")


async def echo_messages(request):
    socket = web.WebSocketResponse(max_msg_size=MAX_MESSAGE, protocols=("superchat", "chat"))
    await socket.prepare(request)
    async for message in socket:
        if message.type == WSMsgType.TEXT:
            await socket.send_str(message.data)
        elif message.type == WSMsgType.BINARY:
            await socket.send_bytes(message.data)
    return socket


async def echo(request):
    return web.Response(body=await request.read())


app = web.Application(client_max_size=MAX_MESSAGE)
app.router.add_get("/", root)
app.router.add_post("/echo", echo)
web.run_app(app, host="127.0.0.1", port=int(sys.argv[1]), print=None)
