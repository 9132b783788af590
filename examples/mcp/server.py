"""A small MCP server with three tools, made with the package `mcp` from PyPI."""

import sys

from mcp.server.mcpserver import MCPServer

server = MCPServer("orders")

ORDERS = {"A-17": {"item": "lamp", "price": 40.0}, "A-18": {"item": "desk", "price": 210.0}}


@server.tool()
def find_order(number: str) -> dict[str, str | float]:
    """The item and the price of an order."""
    if number not in ORDERS:
        raise ValueError(f"there is no order {number}")
    return ORDERS[number]


@server.tool()
def discount(price: float, percent: int = 10) -> float:
    """The price with a discount."""
    return price * (100 - percent) / 100


@server.tool()
def greet(name: str) -> str:
    """A greeting."""
    return f"Dear {name},"


if __name__ == "__main__":
    if len(sys.argv) > 1:
        server.run("streamable-http", port=int(sys.argv[1]))
    else:
        server.run()
