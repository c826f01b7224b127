"""What the pages of one enterprise and of one organisation show: read from register and ledger, as of a day."""
