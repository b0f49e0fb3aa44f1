"""`python -m bench`: speed as ratios against a bare baseline, measured side by side in the same run.

Promises nothing about absolute times: a machine's seconds mean little on another machine, a ratio a good deal.
"""

from bench import rating, usage


def main() -> None:
    for measure in (rating.statements, rating.readings, rating.growth, usage.period_totals):
        print(measure())


if __name__ == "__main__":
    main()
