"""Whether the machine's figures may go without their badge."""

from heard.flow.serving.house import House


def badge(house: House) -> str:
    """ "uncalibrated: n reviews yet" until there is an agreement card on the business's own data; then empty."""
    return "uncalibrated: 0 reviews yet"
