"""The core of the dynamic sociale kaart: domain, register, store, and where everything is put together."""
