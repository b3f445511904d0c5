"""Which device file a reader is at, by sysfs as the kernel lays it out."""

from pathlib import Path

import pytest

from scanner_agent.sources.keyboard import KeyboardConfig
from scanner_agent.sources.serial import Serial, SerialConfig
from tests.agent.collect import listening
from tests.agent.machine import KEYBOARD_KEYS, Machine
from tests.agent.serial_line import Scanner


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def plug_in_tty(machine: Machine, name: str, vendor: str, product: str) -> None:
    """A USB-CDC scanner: device, interface, tty."""
    usb = machine.root / "devices/usb1" / name
    node = usb / "1-1:1.0/tty" / name
    node.mkdir(parents=True)
    (usb / "idVendor").write_text(vendor + "\n")
    (usb / "idProduct").write_text(product + "\n")
    (machine.root / "class/tty" / name).symlink_to(node)


def test_a_serial_scanner_is_found_by_vendor_and_product_and_again_under_another_number(
    machine: Machine, tmp_path: Path
) -> None:
    plug_in_tty(machine, "ttyACM0", "1d6b", "0002")
    with listening(Serial(SerialConfig(usb="0C2E:0b6a"), machine.nodes)) as heard:
        heard.lost()
        for name in ("ttyACM1", "ttyACM4"):
            scanner = Scanner(tmp_path)
            scanner.device = machine.root / "dev" / name
            scanner.plug_in()
            plug_in_tty(machine, name, "0c2e", "0b6a")
            heard.live()
            scanner.send(name.encode() + b"\r")
            assert heard.read().text == name
            scanner.unplug()
            machine.forget("tty", name)
            heard.lost()


def test_a_bluetooth_device_is_known_by_its_hid_folder_and_not_by_the_adapter_it_hangs_on(machine: Machine) -> None:
    machine.describe_hid("input", "event5", "0c2e:0b61", {"capabilities/key": KEYBOARD_KEYS.encode()})
    (machine.root / "devices/idVendor").write_text("8087")
    (machine.root / "devices/idProduct").write_text("0aaa")
    found = machine.nodes.find(KeyboardConfig(usb="0c2e:0b61"))
    assert found == machine.root / "dev/input/event5"
    with pytest.raises(OSError, match="no such device"):
        machine.nodes.find(KeyboardConfig(usb="8087:0aaa"))


def test_only_event_nodes_of_a_keyboard_are_looked_at(machine: Machine) -> None:
    machine.describe_hid("input", "mouse0", "0c2e:0b61", {"capabilities/key": KEYBOARD_KEYS.encode()})
    with pytest.raises(OSError, match="no such device"):
        machine.nodes.find(KeyboardConfig(usb="0c2e:0b61"))
