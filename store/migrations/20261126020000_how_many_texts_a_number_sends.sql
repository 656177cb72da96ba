-- migrate:up

-- The places for texts of one sending number: what leaves in a minute and in a carriers' day is shared out among them, so
-- that claims on many machines take one each without waiting for one another, and never more than there are (R-10).
CREATE TABLE sender_places (
    minute timestamptz NOT NULL,                          -- in which it was last taken
    day date NOT NULL,                                    -- where the carriers count
    taken integer NOT NULL,                               -- in that minute
    taken_today integer NOT NULL,
    place smallint NOT NULL,                              -- 0: where the queue of those that found none ends
    sender text NOT NULL,                                 -- the practice's number, E.164
    PRIMARY KEY (sender, place)
) WITH (fillfactor = 50);

-- migrate:down

DROP TABLE sender_places;
