# The book as course material: see chapters/for_instructors.md.
# COURSE=folder keeps the course elsewhere; ASSIGNMENT=name, SUBMISSIONS=zip or folder, FROM=canvas|moodle|folders,
# TO=canvas|moodle, ROSTER=the platform's CSV file, MATCH, COLUMN and TIMES=its columns of students, marks and times, ZONE=Europe/Berlin.
COURSE ?= _build/course
COURSE_PYTHON = $(BIN)/python -m course
COLLECTING = $(if $(FROM),--from $(FROM)) $(if $(ROSTER),--roster "$(ROSTER)" --match "$(MATCH)") $(if $(TIMES),--times "$(TIMES)") $(if $(ZONE),--zone $(ZONE))
.PHONY: course course-release course-validate course-collect course-grade course-formgrader course-feedback course-export course-report course-questions

course: $(VENV)/.test ## Make a ready nbgrader course: folder, configuration, assignments, validated
	@$(COURSE_PYTHON) release --course "$(COURSE)"
	@$(COURSE_PYTHON) validate --course "$(COURSE)"

course-release: $(VENV)/.test ## Only make the student versions of the assignments
	@$(COURSE_PYTHON) release $(ASSIGNMENT) --course "$(COURSE)"

course-validate: $(VENV)/.test ## Only check that solutions pass and blanks fail
	@$(COURSE_PYTHON) validate $(ASSIGNMENT) --course "$(COURSE)"

course-collect: $(VENV)/.test ## Take in SUBMISSIONS (Canvas or Moodle zip, or folder) for ASSIGNMENT
	@$(COURSE_PYTHON) collect "$(ASSIGNMENT)" "$(SUBMISSIONS)" $(COLLECTING) --course "$(COURSE)"

course-grade: $(VENV)/.test ## Grade ASSIGNMENT, after collecting SUBMISSIONS if given
	@$(COURSE_PYTHON) grade "$(ASSIGNMENT)" $(if $(SUBMISSIONS),"$(SUBMISSIONS)" $(COLLECTING)) --course "$(COURSE)"

course-formgrader: $(VENV)/.test ## Open formgrader on the answers of ASSIGNMENT that nobody has read
	@$(COURSE_PYTHON) formgrader "$(ASSIGNMENT)" --course "$(COURSE)"

course-feedback: $(VENV)/.test ## Write a feedback page for each student of ASSIGNMENT
	@$(COURSE_PYTHON) feedback "$(ASSIGNMENT)" --course "$(COURSE)"

course-export: $(VENV)/.test ## Write the marks of ASSIGNMENT into ROSTER for TO=canvas or TO=moodle
	@$(COURSE_PYTHON) export "$(ASSIGNMENT)" --to $(TO) --roster "$(ROSTER)" --match "$(MATCH)" --column "$(COLUMN)" --course "$(COURSE)"

course-report: $(VENV)/.test ## Write the teacher's summary of ASSIGNMENT
	@$(COURSE_PYTHON) report "$(ASSIGNMENT)" --course "$(COURSE)"

course-questions: $(VENV)/.test ## Write the book's self-check questions for Moodle and Canvas
	@$(COURSE_PYTHON) questions --course "$(COURSE)"
