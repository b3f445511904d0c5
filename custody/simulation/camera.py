"""A camera on loopback: an MJPEG stream over HTTP (multipart/x-mixed-replace) of whatever picture is shown to it.

It can go dark (refuse connections, cut those it has) and freeze (keep them and send nothing), as cameras do.
"""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

_BOUNDARY = "frame"
_JPEG_QUALITY = 95


class Camera:
    """Serves from `turn_on` to `turn_off`; use it in a `with`."""

    def __init__(self, picture: NDArray[np.uint8], *, fps: float = 20.0, port: int = 0) -> None:
        self.frozen = False
        self.frames = 0
        self._interval = 1 / fps
        self._port = port
        self._server: _Server | None = None
        self.show(picture)

    @property
    def url(self) -> str:
        """Where the stream is; the same after it was off and on."""
        return f"http://127.0.0.1:{self._port}/stream"

    def show(self, picture: NDArray[np.uint8]) -> None:
        """From the next frame on, this picture (rows × columns, grey or × 3 BGR) is before the camera."""
        self.send(encoded(picture))

    def send(self, jpeg: bytes) -> None:
        """From the next frame on, these bytes are what the camera sends."""
        self.jpeg = jpeg

    def turn_on(self) -> None:
        self._server = _Server(("127.0.0.1", self._port), _Handler)
        self._server.camera = self
        self._port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def turn_off(self) -> None:
        """Cuts every stream and refuses new ones."""
        if self._server is not None:
            self._server.shutdown()
            self._server.cut()
            self._server.server_close()
            self._server = None

    def __enter__(self) -> "Camera":
        self.turn_on()
        return self

    def __exit__(self, *_: object) -> None:
        self.turn_off()

    def jpegs(self) -> Iterator[bytes]:
        """Frames at the camera's rate, for ever; none while it is frozen."""
        while True:
            if not self.frozen:
                self.frames += 1
                yield self.jpeg
            time.sleep(self._interval)


def encoded(picture: NDArray[np.uint8]) -> bytes:
    """A picture as this camera sends it."""
    came, jpeg = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY])
    if not came:
        raise ValueError("the picture does not encode as JPEG")
    return jpeg.tobytes()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    camera: Camera

    def __init__(self, *args: Any) -> None:
        self._connections: list[socket.socket] = []
        super().__init__(*args)

    def process_request(self, request: Any, client_address: Any) -> None:
        self._connections.append(request)
        super().process_request(request, client_address)

    def cut(self) -> None:
        for connection in self._connections:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A viewer that hangs up is no error of the camera."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", f"multipart/x-mixed-replace; boundary={_BOUNDARY}")
        self.end_headers()
        for jpeg in self.server.camera.jpegs():
            head = f"--{_BOUNDARY}\r\nContent-Type: image/jpeg\r\nContent-Length: {len(jpeg)}\r\n\r\n"
            self.wfile.write(head.encode() + jpeg + b"\r\n")

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet."""
