-- A file with id cards that nobody imported to the end must not stay in the store in clear (PLT-9, EST-12).
alter table import_batch
  -- When the bytes of the uploaded file were replaced by a note; null while they are kept.
  add column source_forgotten_at timestamptz;
create index import_batch_source_kept on import_batch (company_id, kind, created_at) where source_forgotten_at is null;

-- Bindings of standards come out of a spreadsheet too (CHG-5), and can be taken back.
call record_import_effects('standard_binding');
