"""Topics by clusters, and texts that resemble no other."""

from __future__ import annotations

import random

from ftui.statistics.resemblance import Resemblance
from ftui.statistics.topics import NO_TOPIC, fit, topic_count
from ftui.statistics.words import Vocabulary, words

SUBJECTS = {
    "cooking": "oven recipe butter flour bake sauce onion simmer roast dough",
    "tennis": "serve racket court volley match backhand umpire tournament deuce net",
    "taxes": "income deduction invoice refund declaration authority wage bracket fiscal audit",
}


def texts_of(subject: str, count: int, seed: int = 0) -> list[str]:
    rng = random.Random(f"{subject}{seed}")
    return [
        "please tell me how to " + " ".join(rng.sample(SUBJECTS[subject].split(), 5)) for _ in range(count)
    ]


ALL = [text for subject in SUBJECTS for text in texts_of(subject, 60)]


def test_each_subject_becomes_a_topic_named_by_its_own_words() -> None:
    found = fit(ALL, 3, seed=1)
    topics = found.assign(ALL)
    for number, subject in enumerate(SUBJECTS):
        own = topics[number * 60 : number * 60 + 60]
        assert len(set(own.tolist())) == 1
        assert set(found.top_words(int(own[0]))) <= set(SUBJECTS[subject].split())
    assert sorted(found.distribution(topics).counts) == [60, 60, 60]


def test_topics_are_the_same_for_the_same_seed_and_say_nothing_of_other_texts() -> None:
    assert fit(ALL, 3, 4).names == fit(ALL, 3, 4).names
    assert fit(ALL, 3).assign(["", "zebra"]).tolist() == [NO_TOPIC, NO_TOPIC]
    assert len(fit([], 3)) == 0
    assert fit(["", ""], 3).assign(["x"]).tolist() == [NO_TOPIC]


def test_so_many_topics_as_texts_can_carry() -> None:
    assert [topic_count(count) for count in (10, 200, 100_000)] == [3, 5, 12]


def test_words_are_whole_words_and_pairs_of_characters_without_spaces() -> None:
    assert words("Don't re-use 3 Öfen!") == ["don't", "re", "use", "öfen"]
    assert words("日本語 test") == ["日本", "本語", "test"]


def test_weights_have_length_one_and_stop_words_none() -> None:
    vocabulary = Vocabulary.of([["the", "oven"], ["the", "net", "net"]], 10)
    assert set(vocabulary.names) == {"oven", "net"}
    sparse = vocabulary.weigh([["net", "oven"], ["unknown"], []])
    assert (sparse.dense(2) ** 2).sum(axis=1).round(5).tolist() == [1, 0, 0]


def test_texts_about_something_else_are_strangers_and_others_are_not() -> None:
    training = [*texts_of("cooking", 150), *texts_of("tennis", 150)]
    production = [*texts_of("cooking", 40, seed=1), *texts_of("taxes", 20, seed=1)]
    index = Resemblance(production, training)
    found = index.strangers(index.nearest(training))
    assert sorted(found.which.tolist()) == list(range(40, 60))
    assert found.p < 0.01 < found.share - found.usual


def test_pieces_may_pass_by_in_any_cut() -> None:
    training = [*texts_of("cooking", 80), *texts_of("tennis", 80)]
    index = Resemblance(texts_of("tennis", 30, seed=2), training)
    whole = index.nearest(training)
    halves = [index.nearest(training[:70]), index.nearest(training[70:])]
    assert (abs(whole - halves[0].clip(halves[1])) < 1e-6).all()
