BEGIN TRANSACTION;
CREATE TABLE answers (
	number INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	id VARCHAR NOT NULL, 
	warning_id VARCHAR NOT NULL, 
	day DATE NOT NULL, 
	received DATE NOT NULL, 
	outcome VARCHAR NOT NULL CHECK (outcome IN ('visited', 'needs_followup', 'nothing_found', 'not_done')), 
	UNIQUE (id), 
	FOREIGN KEY(warning_id) REFERENCES warnings (id)
);
INSERT INTO "answers" VALUES(1,'555bf8178046c4c986fd167c5af2830d6a627ac57f1fd4fdc31e949194f02578','w1','2026-01-02','2026-01-03','visited');
INSERT INTO "answers" VALUES(2,'ba7d6e7c04a5c4e1f00db81fce1e8f9c308428f66e94aafbc7675ec32212fc04','w2','2026-01-01','2026-01-04','not_done');
CREATE TABLE nights (
	as_of DATE NOT NULL, 
	experiment VARCHAR NOT NULL, 
	model VARCHAR NOT NULL, 
	registered INTEGER NOT NULL, 
	manifest VARCHAR NOT NULL, 
	share FLOAT NOT NULL, 
	grouping VARCHAR NOT NULL, 
	status VARCHAR NOT NULL, 
	centres TEXT NOT NULL, 
	previous DATE, 
	answers INTEGER NOT NULL, 
	PRIMARY KEY (as_of, experiment)
);
INSERT INTO "nights" VALUES('2025-12-31','fire','abc',1,'mmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmm',0.75,'centre','scored','[
 "East",
 "West"
]','2025-12-30',0);
INSERT INTO "nights" VALUES('2025-12-31','noise','',0,'mmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmm',0.25,'centre','missing','[
 "East",
 "West"
]',NULL,0);
CREATE TABLE promotions (
	number INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	experiment VARCHAR NOT NULL, 
	version INTEGER NOT NULL, 
	model VARCHAR NOT NULL, 
	"before" INTEGER, 
	role VARCHAR NOT NULL, 
	day DATE NOT NULL
);
INSERT INTO "promotions" VALUES(1,'fire',1,'abc',NULL,'analyst','2025-12-22');
INSERT INTO "promotions" VALUES(2,'fire',2,'def',1,'analyst','2025-12-28');
CREATE TABLE receipts (
	id VARCHAR NOT NULL, 
	list_id VARCHAR NOT NULL, 
	channel VARCHAR NOT NULL, 
	address VARCHAR NOT NULL, 
	as_of DATE NOT NULL, 
	day DATE NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(list_id) REFERENCES warning_lists (id)
);
INSERT INTO "receipts" VALUES('r1','l1','folder','outbox/sent','2025-12-31','2025-12-31');
CREATE TABLE schema_version (
	version INTEGER NOT NULL, 
	PRIMARY KEY (version)
);
INSERT INTO "schema_version" VALUES(3);
CREATE TABLE warning_lists (
	id VARCHAR NOT NULL, 
	as_of DATE NOT NULL, 
	centre VARCHAR NOT NULL, 
	body TEXT NOT NULL, 
	status VARCHAR NOT NULL CHECK (status IN ('draft', 'approved')), 
	approved_by VARCHAR, 
	approved_on DATE, digest VARCHAR, replaced INTEGER, seal VARCHAR, 
	PRIMARY KEY (id), 
	UNIQUE (as_of, centre)
);
INSERT INTO "warning_lists" VALUES('l1','2025-12-31','East','{
 "as_of": "2025-12-31",
 "centre": "East",
 "freshness": [
  {
   "kinds": [
    "fire"
   ],
   "source": "calls",
   "stale": false,
   "through": "2025-12-30"
  }
 ],
 "grouping": "centre",
 "id": "l1",
 "notices": [],
 "sections": [
  {
   "cannot_score": null,
   "capacity": 4,
   "dropped": [
    {
     "groups": [],
     "place": "c3",
     "previous_grade": "blue",
     "previous_rank": 2,
     "reason": "below the minimum chance"
    }
   ],
   "expected": 0.4,
   "first_day": "2025-12-31",
   "horizon": 28,
   "labels": {
    "blue": {
     "en": "blue",
     "zh": "blue"
    },
    "orange": {
     "en": "orange",
     "zh": "orange"
    },
    "red": {
     "en": "red",
     "zh": "red"
    },
    "yellow": {
     "en": "yellow",
     "zh": "yellow"
    }
   },
   "last_day": "2026-01-27",
   "model": "abc",
   "previous_as_of": null,
   "scored": 20,
   "spot_checks": [],
   "target": "fire",
   "title": {
    "en": "Fire",
    "zh": "火情"
   },
   "warnings": [
    {
     "action": {
      "en": "visit",
      "zh": "走访"
     },
     "agreeing": [],
     "chance": 0.11,
     "change": {
      "kind": "new",
      "previous_grade": null,
      "previous_rank": null
     },
     "data_through": "2025-12-30",
     "expected": 0.12,
     "expires": "2026-01-27",
     "grade": "red",
     "groups": [
      {
       "grouping": "village",
       "label": "v1"
      }
     ],
     "horizon": 28,
     "id": "w1",
     "interval": null,
     "model": "abc",
     "place": "c7",
     "propensity": null,
     "rank": 1,
     "reasons": [],
     "target": "fire"
    }
   ],
   "withheld": [
    {
     "chance": 0.01,
     "expected": 0.01,
     "groups": [],
     "place": "c9",
     "reason": "below the minimum chance"
    }
   ],
   "withheld_counts": {
    "below the minimum chance": 19
   }
  }
 ],
 "status": "draft",
 "sudden": [],
 "untrained": []
}','approved','值班长','2025-12-31','fbb590ec15a28d3b5554538a07cc17d9653f9156fc05428b2d9bb26324972615',NULL,'80f2368bcc1e1feb4ed821a23279874f5a75960b541b76685b0c25326bccbbc1');
INSERT INTO "warning_lists" VALUES('l2','2025-12-31','West','{}','draft',NULL,NULL,'44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a',NULL,NULL);
CREATE TABLE warnings (
	id VARCHAR NOT NULL, 
	list_id VARCHAR NOT NULL, 
	target VARCHAR NOT NULL, 
	place VARCHAR NOT NULL, 
	grade VARCHAR, 
	PRIMARY KEY (id), 
	FOREIGN KEY(list_id) REFERENCES warning_lists (id) ON DELETE CASCADE
);
INSERT INTO "warnings" VALUES('w1','l1','fire','c7','red');
INSERT INTO "warnings" VALUES('w2','l1','fire','c9',NULL);
INSERT INTO "warnings" VALUES('w3','l2','fire','c1','blue');
CREATE INDEX ix_promotions_experiment ON promotions (experiment);
CREATE INDEX ix_warnings_list_id ON warnings (list_id);
CREATE INDEX ix_receipts_list_id ON receipts (list_id);
CREATE INDEX ix_answers_warning_id ON answers (warning_id);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('answers',2);
INSERT INTO "sqlite_sequence" VALUES('promotions',2);
COMMIT;
