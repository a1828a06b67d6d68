"""Everything an emulator knows, built once from its settings. Only the server's own thread touches it."""

from emulator.accounts import Accounts
from emulator.answers import Answers
from emulator.clock import Clock
from emulator.faults import Faults
from emulator.journal import Journal
from emulator.latency import Latencies
from emulator.ledger import Ledger
from emulator.methods.contract import World
from emulator.recorded import Recorded
from emulator.settings import Settings
from emulator.universe.charts import Charts
from emulator.universe.universe import Universe


class State:
    """The world, which never changes, and what clients and control have done to it."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        universe = Universe(settings.seed, settings.missing_share, settings.memory, settings.remembered)
        self.world = World(universe, Recorded(settings.recorded), Charts(universe))
        self.answers = Answers(self.world)
        self.clock = Clock(settings.clock_file, settings.speed)
        self.accounts = Accounts(settings.keys)
        self.ledger = Ledger(settings.quotas)
        self.faults = Faults(settings.seed)
        self.journal = Journal(settings.log_size)
        self.latency = Latencies(settings.seed, settings.latency_ms)

    def reset(self) -> None:
        """As it was at the start."""
        self.clock.reset()
        self.accounts.reset()
        self.ledger.reset()
        self.faults.clear()
        self.journal.reset()
        self.latency.reset()
