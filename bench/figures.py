"""What many samples come to. Nothing here assumes how they are distributed."""
import math
import statistics

CONFIDENCE = 0.95


def percentile(values, share):
    """The smallest value that at least this share of the values do not exceed."""
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]


def summary(values):
    return {"median": statistics.median(values), "p90": percentile(values, 0.9), "min": min(values)}


def interval_rank(count):
    """The largest k for which the k-th smallest and k-th largest of so many values enclose the median of what they
    were drawn from, with the confidence wanted: the sign test. 0 if there are too few values for that."""
    outside = (1 - CONFIDENCE) / 2
    below = 0.0
    for k in range(count // 2 + 1):
        below += math.comb(count, k) / 2**count
        if below > outside:
            return k
    return count // 2


def ratio(ours, theirs):
    """Of the per-round ratios the median and its confidence interval; without one if the rounds are too few."""
    ratios = sorted(a / b for a, b in zip(ours, theirs, strict=True))
    rank = interval_rank(len(ratios))
    low, high = (ratios[rank - 1], ratios[-rank]) if rank else (None, None)
    return {"median": statistics.median(ratios), "low": low, "high": high}
