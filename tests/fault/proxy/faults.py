"""What can go wrong with a connection: the menu that the chaos proxy beside serves from."""

import argparse
import dataclasses


def option(default, what):
    return dataclasses.field(default=default, metadata={"what": what})


@dataclasses.dataclass
class Way:
    """Faults of one direction. Positions count its bytes from 0; None is never."""

    latency_ms: float = option(0.0, "every byte so much later")
    jitter_ms: float = option(0.0, "and up to so much more, by chance; bytes stay in order")
    rate: int = option(0, "bytes a second at most")
    slice: int = option(0, "handed on in pieces of 1 to so many bytes, by chance")
    gap_ms: float = option(1.0, "between two such pieces")
    drip_ms: float = option(0.0, "one byte every so often")
    reset_at: int = option(None, "so many bytes pass, then both ends are reset (RST)")
    end_at: int = option(None, "so many bytes pass, then both ends see a proper end (FIN)")
    stop_at: int = option(None, "so many bytes pass; the rest vanishes and nobody is told")
    half_open_at: int = option(None, "so many bytes pass, then their sender is reset and the "
                                     "receiver not told")
    flip_at: int = option(None, "this byte is changed")
    flip_every: int = option(0, "from flip_at on, or the first byte: one of so many is, by chance")
    flip_mask: int = option(0, "changed by this exclusive or; 0: one bit by chance")


@dataclasses.dataclass
class Faults:
    """Faults of one connection."""

    down: Way = dataclasses.field(default_factory=Way)
    up: Way = dataclasses.field(default_factory=Way)
    close_ms: float = 0.0  # slow close: the end of one side is passed on so much later


def way_from(text):
    """'latency_ms=50,jitter_ms=20' as a Way."""
    known = {field.name: field for field in dataclasses.fields(Way)}
    values = {}
    for part in filter(None, text.split(",")):
        name, _, value = part.partition("=")
        if name not in known:
            raise argparse.ArgumentTypeError(f"no fault '{name}'; there are {', '.join(known)}")
        number = float if known[name].type is float else lambda v: int(v, 0)
        try:
            values[name] = number(value)
        except ValueError:
            raise argparse.ArgumentTypeError(f"{name}={value}: not a number") from None
    return Way(**values)


def menu():
    """Every fault of a direction, a line each."""
    return "\n".join(f"  {field.name:14}{field.metadata['what']}"
                     for field in dataclasses.fields(Way))
