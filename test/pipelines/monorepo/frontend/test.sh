echo 'the frontend is tested'
