"""Running sums over the dates, sixteen at a time: what a windowed sum at daily dates spends its time on."""

from __future__ import annotations

from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from riskmodel.asof.windows.dates import kernel

LANES = 16
"""Dates that are added up at a time: a cache line of float32."""


def _lanes(past_cache: bool) -> Any:
    """A function that turns ``LANES`` changes into running sums, writes them as float32 plus ``gap`` and clears the changes.

    It returns the sum at the last of its dates. With ``past_cache``, what is written goes to memory directly, which saves
    reading it first; ``row`` must then begin a cache line at ``at``.
    """

    @intrinsic
    def lanes(typing: Any, change: Any, at: Any, total: Any, gap: Any, row: Any) -> Any:  # pragma: no cover - compiled
        number = change.dtype

        def generate(context: Any, builder: Any, signature: Any, given: Any) -> Any:
            arrays = {
                name: context.make_array(signature.args[i])(context, builder, given[i]).data
                for i, name in ((0, "change"), (3, "gap"), (4, "row"))
            }
            position, total = given[1], given[2]
            element = ir.IntType(number.bitwidth)
            integers, floats = ir.VectorType(element, LANES), ir.VectorType(ir.FloatType(), LANES)
            places = ir.VectorType(ir.IntType(32), LANES)
            zeros, first = ir.Constant(integers, [0] * LANES), ir.Constant(ir.IntType(32), 0)

            def pointer(name: str, vector: Any) -> Any:
                return builder.bitcast(builder.gep(arrays[name], [position]), vector.as_pointer())

            sums = builder.load(pointer("change", integers), align=number.bitwidth // 8)
            builder.store(zeros, pointer("change", integers), align=number.bitwidth // 8)
            step = 1
            while step < LANES:
                # every lane adds the one that stands `step` before it: after four steps each holds the sum of all up to it
                moved = ir.Constant(places, [lane - step if lane >= step else LANES for lane in range(LANES)])
                sums = builder.add(sums, builder.shuffle_vector(sums, zeros, moved))
                step *= 2
            whole = builder.extract_element(sums, ir.Constant(ir.IntType(32), LANES - 1))
            carried = builder.insert_element(ir.Constant(integers, ir.Undefined), total, first)
            carried = builder.shuffle_vector(carried, ir.Constant(integers, ir.Undefined), ir.Constant(places, [0] * LANES))
            values = builder.sitofp(builder.add(sums, carried), floats)
            values = builder.fadd(values, builder.load(pointer("gap", floats), align=4))
            written = builder.store(values, pointer("row", floats), align=4 * LANES if past_cache else 4)
            if past_cache:
                written.set_metadata("nontemporal", builder.module.add_metadata([ir.Constant(ir.IntType(32), 1)]))
            return builder.add(total, whole)

        return number(change, types.intp, number, gap, row), generate

    return lanes


_in_cache = _lanes(past_cache=False)
_past_cache = _lanes(past_cache=True)


def _settle(typing: Any) -> Any:  # pragma: no cover - compiled
    """What was written past the cache is in its place before anything that follows."""

    def generate(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        builder.fence("seq_cst")
        return context.get_dummy_value()

    return types.void(), generate


settle: Any = intrinsic(_settle)


@kernel
def running_sums(change, gap, row, past_cache):  # pragma: no cover - compiled
    """Write the running sums of ``change`` (integers; one more than dates) as float32, plus ``gap``, into ``row``; clear ``change``."""
    dates = row.shape[0]
    total = change[0] * 0
    t = 0
    if past_cache:
        while t < dates and (row.ctypes.data + 4 * t) % (4 * LANES) != 0:
            total = change.dtype.type(total + change[t])
            change[t] = 0
            row[t] = np.float32(total) + gap[t]
            t += 1
        while t + LANES <= dates:
            total = _past_cache(change, t, total, gap, row)
            t += LANES
    while t + LANES <= dates:
        total = _in_cache(change, t, total, gap, row)
        t += LANES
    while t < dates:
        total = change.dtype.type(total + change[t])
        change[t] = 0
        row[t] = np.float32(total) + gap[t]
        t += 1
    change[dates] = 0
