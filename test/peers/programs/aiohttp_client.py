"""A client with Python's aiohttp: python3 aiohttp_client.py {url} {protocols}."""

import asyncio
import sys

from aiohttp import ClientSession, WSMsgType


async def talk(url, protocols):
    options = {"max_msg_size": 64 * 2**20, "protocols": protocols, "compress": 15}
    async with ClientSession() as session, session.ws_connect(url, **options) as socket:
        async for message in socket:
            if message.type == WSMsgType.BINARY:
                await socket.send_bytes(message.data)
            elif message.type == WSMsgType.TEXT:
                await obey(socket, message.data, url, protocols)


async def obey(socket, text, url, protocols):
    verb, *words = text.split(" ")
    if verb == "connect":
        asyncio.create_task(talk(url, protocols))
    elif verb == "close":
        code = int(words[0]) if words else 1000
        await socket.close(code=code, message=" ".join(words[1:]).encode())
    else:
        await socket.send_str(text)


protocols = [name for name in "".join(sys.argv[2:3]).split(",") if name]
asyncio.run(talk(sys.argv[1], protocols))
