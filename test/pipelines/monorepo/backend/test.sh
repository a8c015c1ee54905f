echo 'the backend is tested'
