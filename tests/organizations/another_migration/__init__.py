"""The room's migrations and one more after them, to see what a migration does to the ledger's guards."""

from organizations import migrations

__path__ = [*migrations.__path__, *__path__]
