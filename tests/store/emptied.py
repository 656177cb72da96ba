"""How a database of the tests is emptied between two of them; what they are about stands elsewhere."""

EMPTIED = """
DO $$
DECLARE one record; filled boolean;
BEGIN
    -- As a replica: what is never removed otherwise has triggers that say so.
    SET LOCAL session_replication_role = replica;
    FOR one IN SELECT quote_ident(tablename) AS name FROM pg_tables WHERE schemaname = 'public' LOOP
        EXECUTE 'SELECT EXISTS (SELECT FROM ' || one.name || ')' INTO filled;
        IF filled THEN EXECUTE 'DELETE FROM ' || one.name; END IF;
    END LOOP;
END $$"""
"""Row by row where there are any: truncating makes every table and index of the schema anew, which takes far longer."""
