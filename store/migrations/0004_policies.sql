-- Ids of the policies that determined a decision or an outcome, one a line; '' in older rows.

ALTER TABLE decision ADD COLUMN policies TEXT NOT NULL DEFAULT '';
ALTER TABLE outcome ADD COLUMN policies TEXT NOT NULL DEFAULT '';
