"""How far the properties look. `HYPOTHESIS_PROFILE` names the profile:

`local` (the default) looks in new places every time, `ci` in the same ones, `hunt` in many, and does not stop to
shrink what it finds.
"""

import os

from hypothesis import HealthCheck, Phase, settings

_QUIET = (HealthCheck.too_slow, HealthCheck.data_too_large)  # worlds are large by nature
_LOCAL = settings(max_examples=10, deadline=None, suppress_health_check=_QUIET)

PROFILES = {
    "local": _LOCAL,
    "ci": settings(_LOCAL, derandomize=True, database=None, print_blob=True),
    "hunt": settings(_LOCAL, max_examples=500, phases=(Phase.explicit, Phase.generate), print_blob=True),
}
CHOSEN = os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if os.environ.get("CI") else "local")

for _name, _profile in PROFILES.items():
    settings.register_profile(_name, _profile)
settings.load_profile(CHOSEN)

FEW = settings(max_examples=PROFILES[CHOSEN].max_examples // 3)
"""For properties that ask hundreds of questions of each example."""

MANY = settings(max_examples=PROFILES[CHOSEN].max_examples * 20)
"""For properties that ask no database."""

DOORS = settings(max_examples=PROFILES[CHOSEN].max_examples * 4 // 5, phases=(Phase.explicit, Phase.generate))
"""For properties that ask the whole application: to shrink what they find would take longer than to read it."""
