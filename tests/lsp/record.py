"""
Records what an editor tells the language server about documents, for the sessions that are replayed in
`crates/lsp/src/tests/sessions`: one notification a line.

    python3 record.py SESSION.jsonl FOLDER danaide lsp

in place of the server's command. Messages pass through as they are. FOLDER, an address such as file:///home/ada/work, becomes
file:///w in the recording. The replay counts columns in UTF-16, so the editor must not be offered anything else.
"""

import json
import subprocess
import sys
import threading

METHODS = ("textDocument/didOpen", "textDocument/didChange", "textDocument/didClose")


def messages(stream):
    """The bodies of the messages in a stream, each with its header."""
    while True:
        length = 0
        header = b""
        while (line := stream.readline()).strip():
            header += line
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        if not line:
            return
        yield header + line, stream.read(length)


def copy(source, target):
    while chunk := source.read1(1 << 16):
        target.write(chunk)
        target.flush()


def main():
    session, folder, *command = sys.argv[1:]
    server = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    threading.Thread(target=copy, args=(server.stdout, sys.stdout.buffer), daemon=True).start()
    with open(session, "w", encoding="utf-8") as out:
        for header, body in messages(sys.stdin.buffer):
            message = json.loads(body)
            if message.get("method") == "initialize":
                message["params"]["capabilities"].setdefault("general", {})["positionEncodings"] = ["utf-16"]
                body = json.dumps(message).encode()
                header = b"Content-Length: %d\r\n\r\n" % len(body)
            if message.get("method") in METHODS:
                kept = {"method": message["method"], "params": message["params"]}
                out.write(json.dumps(kept, ensure_ascii=False).replace(folder, "file:///w") + "\n")
                out.flush()
            server.stdin.write(header + body)
            server.stdin.flush()
    server.stdin.close()
    return server.wait()


if __name__ == "__main__":
    sys.exit(main())
