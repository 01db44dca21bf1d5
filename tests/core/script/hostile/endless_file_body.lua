-- Endless: the file itself never ends.
-- when: load
-- expect: used more than 100000 steps
while true do
end
