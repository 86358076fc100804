"""Gets a file where there is no curl: download.py ADDRESS FILE. Goes on with what FILE holds already, and prints whole, cut,
silent, or HTTP and the status that says why not."""

import http.client
import os
import sys
import urllib.error
import urllib.request

address, path = sys.argv[1:]
held = os.path.getsize(path) if os.path.exists(path) else 0
request = urllib.request.Request(address, headers={"Range": f"bytes={held}-"} if held else {})
try:
    with urllib.request.urlopen(request, timeout=60) as answer:
        with open(path, "ab" if answer.status == 206 else "wb") as file:
            expected = answer.length
            received = 0
            while block := answer.read(1 << 20):
                file.write(block)
                received += len(block)
    print("whole" if expected is None or received == expected else "cut")
except urllib.error.HTTPError as error:
    if error.code == 416:
        os.remove(path)
    print("cut" if error.code == 416 else f"HTTP {error.code}")
except (http.client.IncompleteRead, TimeoutError, ConnectionResetError):
    print("cut")
except urllib.error.URLError:
    print("silent")
