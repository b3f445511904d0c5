"""A camera that nobody uses: what its reader takes of a core while the scene is still."""

import time
from multiprocessing import get_context
from multiprocessing.connection import Connection
from threading import Thread

import cv2
import numpy as np

from benchmarks.bench import Bench
from benchmarks.figures import Figure
from custody.simulation.camera import Camera as Stream
from scanner_agent.sources.camera import Camera
from scanner_agent.sources.picture_settings import CameraConfig
from tests.agent.conditions import Conditions, frames

FPS = 30
QUALITY = 85
NOISES = 8
SHARE = 0.10
SETTLING_S = 5.0
"""At the most: half of what is measured next, where that is short."""


def share(bench: Bench) -> Figure:
    """Of one core, over ten times `bench.size.seconds`, with labels in view."""
    processes = get_context("spawn")
    ours, theirs = processes.Pipe()
    process = processes.Process(target=_serve, args=(theirs,), daemon=True)
    process.start()
    camera = Camera(CameraConfig(device=ours.recv()))
    reads: list[object] = []
    reader = Thread(target=lambda: reads.extend(camera.reads()))
    reader.start()
    time.sleep(min(SETTLING_S, 5 * bench.size.seconds))
    start, began = time.process_time(), time.monotonic()
    time.sleep(10 * bench.size.seconds)
    taken = (time.process_time() - start) / (time.monotonic() - began)
    camera.close()
    reader.join()
    process.terminate()
    process.join()
    bench.say(f"a still scene at 720p, {FPS} frames/s: {taken:.1%} of a core; {len(reads)} reads before")
    note = f"MJPEG of 720p, {FPS} frames/s, over {10 * bench.size.seconds:.0f} s"
    return Figure("decode, a still scene", taken, SHARE, "of a core", "the limit", "at most", 1.0, note)


def _serve(url: Connection) -> None:
    """Frames of one scene that differ by the sensor's noise, until terminated."""
    (taken,) = frames(Conditions(noise=(0.0, 0.0)), 1)
    random = np.random.default_rng(1)
    with Stream(taken.frame, fps=FPS) as stream:
        noisy = [taken.frame + random.normal(0, 2, taken.frame.shape) for _ in range(NOISES)]
        quality = [cv2.IMWRITE_JPEG_QUALITY, QUALITY]
        jpegs = [cv2.imencode(".jpg", np.clip(frame, 0, 255).astype(np.uint8), quality)[1].tobytes() for frame in noisy]
        url.send(stream.url)
        while True:
            for jpeg in jpegs:
                stream.send(jpeg)
                time.sleep(1 / FPS)
