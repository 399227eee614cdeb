"""A client with Python's websockets: python3 websockets_client.py {url} {protocols}."""

import asyncio
import sys

import websockets


async def talk(url, protocols):
    options = {"max_size": 64 * 2**20, "subprotocols": protocols or None}
    async with websockets.connect(url, **options) as socket:
        async for message in socket:
            if message == "connect":
                asyncio.create_task(talk(url, protocols))
            elif isinstance(message, str) and message.split(" ")[0] == "close":
                await close(socket, message.split(" ")[1:])
            else:
                await socket.send(message)


async def close(socket, words):
    try:
        await socket.close(*([int(words[0]), " ".join(words[1:])] if words else []))
    except Exception:
        await socket.send("refused")


protocols = [name for name in "".join(sys.argv[2:3]).split(",") if name]
asyncio.run(talk(sys.argv[1], protocols))
