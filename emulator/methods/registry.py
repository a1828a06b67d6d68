"""The methods the emulator speaks. A new one is a file in this folder and a line here."""

from collections.abc import Mapping

from emulator.methods.channels import ChannelsList
from emulator.methods.contract import ReadMethod

METHODS: Mapping[str, ReadMethod] = {method.name: method for method in (ChannelsList(),)}
