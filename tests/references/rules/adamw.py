"""AdamW, by hand."""

from tests.references.rules._averages import walk
from tests.references.rules.adam import adam, adam_keras

BY_HAND = {
    "adamw": walk(lambda x, g, t, rule: adam(x, g, t, rule) - rule.lr * rule.wd * x),
    "adamw.paper": walk(lambda x, g, t, rule: adam(x, g, t, rule) - rule.wd * x),
    "adamw.keras": walk(lambda x, g, t, rule: adam_keras(x, g, t, rule) - rule.lr * rule.wd * x),
}
