-- +goose Up
-- Answers that get lost, and what is judged anew.

-- An act on one's own session runs as the service itself; its answer is kept
-- under its Idempotency-Key as any other.
grant insert on idempotency_key, idempotency_key_district to homecare_system;
grant execute on function claim_key(bytea, bytea), keep_answer(bytea, bytea, bytea) to homecare_system;

-- +goose Down
revoke execute on function claim_key(bytea, bytea), keep_answer(bytea, bytea, bytea) from homecare_system;
revoke insert on idempotency_key, idempotency_key_district from homecare_system;
