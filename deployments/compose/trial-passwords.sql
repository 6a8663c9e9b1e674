-- The passwords of the trial's database: public, as everything of a trial.
alter role homecare_owner password 'trial';
alter role homecare_app password 'trial';
alter role homecare_report password 'trial';
alter role homecare_district password 'trial';
alter role homecare_system password 'trial';
