"""A person with a browser, as a program: opens an app's request, signs in, allows it, and goes where it leads.

python -m tests.gateway.oauth.player ADDRESS EMAIL PASSWORD
"""

import asyncio
import sys
from urllib.parse import urlsplit

import httpx

from tests.gateway.oauth.browser import Browser


async def play(address: str, email: str, password: str) -> str:
    """Where the browser was sent in the end."""
    parts = urlsplit(address)
    async with Browser(f"{parts.scheme}://{parts.netloc}") as browser:
        page = await browser.allow(address, email, password)
    if page.left is None:
        raise RuntimeError(page.text)
    return page.left


if __name__ == "__main__":
    httpx.get(asyncio.run(play(*sys.argv[1:])), timeout=30)
