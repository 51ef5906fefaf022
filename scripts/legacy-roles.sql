-- The roles that a common_oltp dump refers to and a fresh server lacks: made without login, before the load. Harmless when repeated.
DO $$
DECLARE
  legacy_role text;
BEGIN
  FOREACH legacy_role IN ARRAY ARRAY['topcoder', 'coder', 'db_sales_im', 'veredox', 'openaim', 'truveo', 'cockpit', 'winformula',
                                     'openxtraz', 'pgsyncuser', 'qatcuser'] LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = legacy_role) THEN
      EXECUTE format('CREATE ROLE %I NOLOGIN', legacy_role);
    END IF;
  END LOOP;
END
$$;
