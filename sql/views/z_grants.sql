-- Of whoever may use the schema: that is the gate.
grant select on all tables in schema analyst to public;
