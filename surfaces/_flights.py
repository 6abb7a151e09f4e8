"""O-rings damaged on 23 flights before Challenger's last, by temperature (Dalal, Fowlkes and
Hoadley, 1989).
"""

from surfaces._data import numbers, standardized, table

TEMP, FAIL = standardized(table("flights")["temp"]), table("flights")["fail"]
DATA = numbers(temp=TEMP, fail=FAIL)
