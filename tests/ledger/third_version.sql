-- what the second and the third version changed in a database of the first one (first_version.sql)
BEGIN TRANSACTION;
ALTER TABLE warning_lists ADD COLUMN digest VARCHAR;
ALTER TABLE warning_lists ADD COLUMN replaced INTEGER;
ALTER TABLE warning_lists ADD COLUMN seal VARCHAR;
UPDATE warning_lists SET digest = 'fbb590ec15a28d3b5554538a07cc17d9653f9156fc05428b2d9bb26324972615',
 seal = '80f2368bcc1e1feb4ed821a23279874f5a75960b541b76685b0c25326bccbbc1' WHERE id = 'l1';
UPDATE warning_lists SET digest = '44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a' WHERE id = 'l2';
UPDATE schema_version SET version = 3;
COMMIT;
