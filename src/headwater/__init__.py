r"""Headwater: from an LLM-quality alert upstream to its cause, and to the team that owns it.

    web/hooks        deliveries --\            +--- journal, then ------------+
    slack/listeners  deliveries,   --> engine: | place   core/placing         |
                     actions       -->         | load    store/picture        |--> rows, cards, notices
    outreach         readings      -->         | decide  core/triage          |    (one commit)
    clock            tick         --/          | apply   store/apply          |        |
                                               +------------------------------+        v
                                                                      slack/sender --> Slack

An alert from wire to Slack, in seven hops:

1. `web/hooks` proves the sender and hands the delivery to the engine, which commits its bytes to the journal;
   only then is the sender answered.
2. `intake/<format>.parse` reads reports, readings, runs and changes out of it; what it can't read is boxed.
3. The engine thread places each on an asset with the registry, and loads the `Picture` around those assets.
4. `core.triage.decide(picture, item)` says what follows, as effects, each with its reason. It is pure.
5. `store.apply` writes the difference: rows, deadlines, cards, notices and the journal's mark, in one commit.
6. `slack/sender` claims what is due and paces it.
7. `slack/cards.render` makes the blocks, and Slack has them.

A click or a command is hops 3 to 7 with an action; the clock is hops 3 to 7 with neither.
"""
