"""The udev rules that let an agent open its scanners, and keep the desktop and ModemManager away from them."""

from collections.abc import Sequence

from scanner_agent.doctor.line import SETTINGS
from scanner_agent.sources.nodes import DeviceConfig, Nodes, Subsystem
from scanner_agent.sources.table import AnySourceConfig

GROUP = "scanner-agent"
FILE = f"/etc/udev/rules.d/99-{GROUP}.rules"
AGAIN = "lalu masuk ulang / then log in anew"
INSTALL = (
    f'rules="$(scanner-agent doctor --udev --config {SETTINGS})" && echo "$rules" | sudo tee {FILE} && '
    f"sudo groupadd -f {GROUP} && sudo usermod -aG {GROUP} $USER && "
    f"sudo udevadm control --reload && sudo udevadm trigger  # {AGAIN}"
)
_HEAD = f"""\
# Scanners for the group {GROUP} alone. {FILE}; made by: scanner-agent doctor --udev
"""
_NODES: dict[Subsystem, str] = {
    # By what the kernel says of input and HID devices, which Bluetooth has as well as USB.
    # Else its scans land in whatever window is open while the agent does not run.
    "input": 'SUBSYSTEM=="input", KERNEL=="event*", ATTRS{{id/vendor}}=="{vendor}", ATTRS{{id/product}}=="{product}", '
    '{allow}, ENV{{LIBINPUT_IGNORE_DEVICE}}="1"',
    "hidraw": 'SUBSYSTEM=="hidraw", KERNELS=="*:{VENDOR}:{PRODUCT}.*", {allow}',
    "tty": 'SUBSYSTEM=="tty", ATTRS{{idVendor}}=="{vendor}", ATTRS{{idProduct}}=="{product}", {allow}',
}
# Else ModemManager takes a serial scanner for a modem, and probes it for ten seconds.
_NO_MODEM = (
    'SUBSYSTEM=="usb", ENV{{DEVTYPE}}=="usb_device", ATTR{{idVendor}}=="{vendor}", ATTR{{idProduct}}=="{product}", '
    'ENV{{ID_MM_DEVICE_IGNORE}}="1"'
)


def rules(sources: Sequence[AnySourceConfig], nodes: Nodes) -> str:
    """The text of the rules file, for the USB scanners of the settings that are named by `usb` or plugged in."""
    lines = [
        line
        for source in sources
        if isinstance(source, DeviceConfig) and (usb := _identity(source, nodes))
        for line in _lines(source.subsystem, *usb.lower().split(":"))
    ]
    return _HEAD + "".join(f"{line}\n" for line in dict.fromkeys(lines))


def _identity(source: DeviceConfig, nodes: Nodes) -> str | None:
    if source.usb is not None:
        return source.usb
    try:
        return nodes.usb(source.subsystem, nodes.find(source))
    except OSError:
        return None


def _lines(subsystem: Subsystem, vendor: str, product: str) -> list[str]:
    allow = f'GROUP="{GROUP}", MODE="0660"'
    upper = {"VENDOR": vendor.upper(), "PRODUCT": product.upper()}
    node = _NODES[subsystem].format(vendor=vendor, product=product, allow=allow, **upper)
    return [node, _NO_MODEM.format(vendor=vendor, product=product)] if subsystem == "tty" else [node]
