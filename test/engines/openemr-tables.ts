/** As much of OpenEMR's tables as the mapping reads, in our own words: the names of tables and columns are facts, the rest is ours. */
export const OPENEMR_TABLES = `
  create table openemr_postcalendar_categories (pc_catid int primary key, pc_catname varchar(100), pc_cattype int not null default 0);
  create table openemr_postcalendar_events (pc_eid int primary key auto_increment, pc_catid int, pc_aid varchar(30), pc_pid varchar(11),
    pc_title varchar(150), pc_hometext text, pc_eventDate date, pc_endDate date, pc_startTime time, pc_endTime time, pc_duration int,
    pc_recurrtype int not null default 0, pc_recurrspec text, pc_apptstatus varchar(15) default '-', pc_facility int, pc_room varchar(20) default '');
  create table list_options (list_id varchar(100), option_id varchar(100), title varchar(255), primary key (list_id, option_id));
  create table users (id int primary key, username varchar(100), fname varchar(100), lname varchar(100));
  create table patient_data (id int primary key auto_increment, pid bigint unique, pubpid varchar(100), fname varchar(100), mname varchar(100),
    lname varchar(100), suffix varchar(20), preferred_name varchar(100), DOB date, sex varchar(20), phone_home varchar(30), phone_cell varchar(30),
    phone_biz varchar(30), street varchar(100), city varchar(50), state varchar(20), postal_code varchar(20), language varchar(50),
    interpreter_needed text, contact_relationship varchar(100), phone_contact varchar(30), providerID int, deceased_date datetime,
    last_updated datetime default current_timestamp on update current_timestamp);
  create table lists (id int primary key auto_increment, pid bigint, type varchar(50), title varchar(255), begdate datetime, enddate datetime,
    activity int default 1, diagnosis varchar(255), reaction varchar(255) default '', severity_al varchar(50), verification varchar(50),
    modifydate timestamp default current_timestamp on update current_timestamp, key (pid));
  create table lists_medication (list_id int primary key, drug_dosage_instructions text);
  create table lists_touch (pid bigint, type varchar(50), date datetime, primary key (pid, type));
  create table prescriptions (id int primary key auto_increment, patient_id bigint, drug varchar(150), rxnorm_drugcode varchar(25), dosage varchar(100),
    unit int, route varchar(100), \`interval\` int, start_date date, end_date date, active int default 1, drug_dosage_instructions text,
    date_modified datetime default current_timestamp on update current_timestamp, key (patient_id));
  create table procedure_order (procedure_order_id int primary key, patient_id bigint, provider_id int, date_ordered datetime, date_collected datetime,
    order_status varchar(31), activity int default 1);
  create table procedure_order_code (procedure_order_id int, procedure_order_seq int, procedure_code varchar(64), procedure_name varchar(255));
  create table procedure_report (procedure_report_id int primary key, procedure_order_id int, date_collected datetime, date_report datetime);
  create table procedure_result (procedure_result_id int primary key, procedure_report_id int, result_code varchar(31), result_text varchar(255),
    result varchar(255), units varchar(31), \`range\` varchar(255), abnormal varchar(31), result_status varchar(31), comments text);
  create table forms (id int primary key auto_increment, date datetime, form_id int, pid bigint, formdir varchar(50), deleted int default 0, user varchar(100));
  create table form_vitals (id int primary key, date datetime, pid bigint, bps varchar(40), bpd varchar(40), weight decimal(12,6) default 0,
    height decimal(12,6) default 0, temperature decimal(12,6) default 0, pulse decimal(12,6) default 0, respiration decimal(12,6) default 0,
    oxygen_saturation decimal(6,2) default 0);
  create table form_soap (id int primary key, date datetime, pid bigint, assessment text, plan text);
  create table immunizations (id int primary key, patient_id bigint, cvx_code varchar(10), administered_date datetime, lot_number varchar(50),
    completion_status varchar(50), added_erroneously int default 0, update_date timestamp default current_timestamp on update current_timestamp);
  create table codes (code_type int, code varchar(25), code_text text);
  create table insurance_companies (id int primary key, name varchar(255));
  create table insurance_data (id int primary key, pid bigint, type varchar(20), provider varchar(255), policy_number varchar(255),
    group_number varchar(255), date date);`
