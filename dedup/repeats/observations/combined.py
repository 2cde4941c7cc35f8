"""Observations that say more together than each by itself; weights add up, so they cannot say it alone."""

from collections.abc import Mapping


def combined(f: Mapping[str, float]) -> dict[str, float]:
    """What follows from the other observations of a repeat and of its page. All are yes or no."""
    run = f["part"] == 0 and f["line"] == 0
    slips_alone = run and f["differing_words"] == 0 and f["differing_figures"] == 0
    alike = run and f["differing_words"] <= f["slips"] and f["differing_figures"] <= f["slips"]
    nearly = slips_alone or (run and f["run"] > 1 and f["differing_share"] < 0.1)
    no_posts = f["page_forum"] < 0.02 and f["quoted"] == 0 and f["page_speakers"] < 0.02
    prose = f["run_words"] >= 20 and f["line_words"] >= 8 and f["page_mean_words"] >= 12
    sentences = f["run_words"] >= 100 or f["mean_words"] >= 20 or f["sentences"] >= 0.5
    labels = f["mean_words"] < 6 and f["sentences"] < 0.3
    top = f["from_top_first"] < 8 or f["from_top"] < 8
    return {
        "prose_again": float(nearly and prose and sentences and no_posts),
        "block_again": float(nearly and f["run"] > 1 and prose and sentences),
        "menu_again": float(slips_alone and f["run"] >= 4 and labels and f["page_labels"] >= 0.3),
        "headline_again": float(
            nearly and top and f["gap"] <= 1 and f["words"] >= 3 and f["sentences"] == 0 and f["cells"] == 0
        ),
        "whole_again": float(nearly and f["run_share"] >= 0.4 and f["run_words"] >= 20),
        "whole_twice": float(alike and f["run_share"] >= 0.4 and f["run_words"] >= 20),
        "names_around": float(
            f["line"] > 0 and f["gap"] <= 1 and top and (f["names_before"] >= 2 or f["names_after"] >= 1)
        ),
        "line_twice": float(
            slips_alone
            and (f["gap"], f["sentences"], f["cells"], f["code"], f["quoted"]) == (0, 0, 0, 0, 0)
            and f["times"] <= 2
            and f["run"] <= 3
            and f["words"] >= 3
            and f["page_forum"] < 0.02
            and (f["page_mean_words"] >= 12 or f["page_menu"] >= 3)
        ),
        "other_figures": float(f["differing_figures"] > 0.02 * f["words"] and f["slips"] == 0),
        "in_prose": float(f["page_menu"] < 3 and f["page_mean_words"] >= 12),
        "short_in_prose": float(f["page_menu"] < 3 and f["page_mean_words"] >= 12 and f["run_words"] < 20),
        "line_in_prose": float(run and f["between_long"] > 0 and f["run"] == 1 and f["words"] < 20),
        "among_prices": float(f["prices_near"] >= 3 or (f["prices_near"] > 0 and f["same_near"] == 0)),
    }
